import { TextArea } from "../ui/TextArea.tsx";
import { usePostTexts } from "../words/posts.ts";
import { lengthOf } from "./choices.ts";

/** A field for a text of several lines, which says how many characters are needed or left. */
export function CountedText({
  label,
  hint,
  value,
  min,
  max,
  rows = 5,
  error,
  onChange,
}: {
  label: string;
  hint?: string;
  value: string;
  min: number;
  max: number;
  rows?: number;
  error?: string | undefined;
  onChange: (value: string) => void;
}) {
  const { form: words } = usePostTexts();
  const count = lengthOf(value);
  const tooLong = count > max ? words.tooLong(count - max) : undefined;
  const notes = [hint, tooLong === undefined && `${words.count(count, min, max)}.`].filter(Boolean).join(" ");
  return (
    <TextArea
      label={label}
      hint={notes}
      rows={rows}
      value={value}
      error={error ?? tooLong}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
