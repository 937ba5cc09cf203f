import { useId } from "react";
import fieldStyles from "../ui/Field.module.css";
import { usePostTexts } from "../words/posts.ts";
import { lengthOf } from "./choices.ts";
import styles from "./Posts.module.css";

/** A field for a text of several lines, with how many characters are needed or left. */
export function TextArea({
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
  const id = useId();
  const count = lengthOf(value);
  const notes = [hint && `${id}-hint`, `${id}-count`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={fieldStyles.field}>
      <label htmlFor={id} className={fieldStyles.label}>
        {label}
      </label>
      <textarea
        id={id}
        className={styles.area}
        rows={rows}
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={notes}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {hint && (
        <p id={`${id}-hint`} className={fieldStyles.hint}>
          {hint}
        </p>
      )}
      <p id={`${id}-count`} className={count > max ? fieldStyles.error : fieldStyles.hint}>
        {count > max ? words.tooLong(count - max) : words.count(count, min, max)}
      </p>
      {error && (
        <p id={`${id}-error`} className={fieldStyles.error}>
          {error}
        </p>
      )}
    </div>
  );
}
