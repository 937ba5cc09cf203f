import { type Me, useMe } from "../data/me.ts";
import styles from "../ui/Field.module.css";
import { Check, Select } from "../ui/Field.tsx";
import { usePostTexts } from "../words/posts.ts";
import { useFormat } from "../words/words.tsx";
import { type Language, languageOptions } from "./choices.ts";

/** The name that would stand at a text, as the API makes it; null where the first name is none. */
function shortName({ firstName, lastName }: Me): string | null {
  const [first = ""] = firstName.split(" ");
  if (!/^[^0-9@.:/]{1,40}$/.test(first)) return null;
  const [initial = ""] = lastName;
  return /\p{L}/u.test(initial) ? `${first} ${initial.toUpperCase()}.` : first;
}

/** What a writer says of a text beside the text: its language, and whether a name stands at it. */
export function Signature({
  language,
  named,
  onLanguage,
  onNamed,
  error,
}: {
  language: Language;
  named: boolean;
  onLanguage: (language: Language) => void;
  onNamed: (named: boolean) => void;
  error?: string | undefined;
}) {
  const words = usePostTexts();
  const { locale } = useFormat();
  const { data: me } = useMe();
  const name = me ? shortName(me) : null;
  return (
    <>
      <Select
        label={words.language}
        value={language}
        options={languageOptions(locale)}
        error={error}
        onChange={(value) => onLanguage(value as Language)}
      />
      {name !== null && (
        <Check label={words.form.named(name)} checked={named} onChange={onNamed}>
          <p className={styles.hint}>{words.form.namedNote}</p>
        </Check>
      )}
    </>
  );
}
