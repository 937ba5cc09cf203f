import { useState } from "react";
import { type Mine, type NewTip, useChangePost, useWrite, type Written } from "../data/posts.ts";
import { useUnsaved } from "../data/unsaved.ts";
import { Action } from "../ui/Button.tsx";
import { Select } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { usePostTexts } from "../words/posts.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { CountedText } from "./CountedText.tsx";
import { type Language, languageOf, tipKinds } from "./choices.ts";
import styles from "./Posts.module.css";
import { Signature } from "./Signature.tsx";
import { useToldPost } from "./told.ts";

type Props = { code: string; known?: Mine; onClose: () => void; onDone: (written: Written) => void };

/** The form of a tip, new or known. */
export function WriteTip({ code, known, onClose, onDone }: Props) {
  const words = usePostTexts();
  const { save } = useWords();
  const { locale } = useFormat();
  const [key] = useState(() => crypto.randomUUID());
  const {
    draft,
    change: setDraft,
    forget,
  } = useUnsaved<NewTip>(
    `tip ${known?.id ?? code}`,
    () => ({
      kind: known?.tip?.kind ?? "transit",
      body: known?.body ?? "",
      language: (known?.language as Language | undefined) ?? languageOf(locale),
      named: known?.named ?? false,
    }),
    !known,
  );
  const add = useWrite("tip", code);
  const change = useChangePost("tip", known?.id ?? "");
  const { error, isPending } = known ? change : add;
  const { form, faultAt, rest } = useFaults(useToldPost(error), ["kind", "body", "language"]);
  const set = (part: Partial<NewTip>) => setDraft({ ...draft, ...part });
  const submit = () => {
    const onSuccess = (written: Written) => {
      forget();
      onDone(written);
    };
    if (known) change.mutate(draft, { onSuccess });
    else add.mutate({ key, body: draft }, { onSuccess });
  };
  return (
    <Sheet small title={known ? words.form.changeTip : words.writeTip} onClose={onClose}>
      <form
        ref={form}
        className={styles.fields}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Select
          label={words.kind}
          value={draft.kind}
          options={tipKinds.map((kind) => [kind, words.kinds[kind]])}
          error={faultAt("kind")}
          onChange={(kind) => set({ kind: kind as NewTip["kind"] })}
        />
        <CountedText
          label={words.form.tip}
          hint={words.form.tipHint}
          value={draft.body}
          min={20}
          max={500}
          error={faultAt("body")}
          onChange={(body) => set({ body })}
        />
        <Signature
          language={draft.language}
          named={draft.named ?? false}
          error={faultAt("language")}
          onLanguage={(language) => set({ language })}
          onNamed={(named) => set({ named })}
        />
        {rest}
        <Action kind="main" type="submit" busy={isPending}>
          {known ? save : words.form.publish}
        </Action>
      </form>
    </Sheet>
  );
}
