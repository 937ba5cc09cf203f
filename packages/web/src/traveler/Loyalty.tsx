import styles from "../account/Form.module.css";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { useTravelerTexts } from "../words/travelers.ts";
import own from "./Travelers.module.css";

/** A membership in the form; `ends` is the end of the number that is kept while `number` is empty. */
export type Programme = { airline: string; number: string; ends?: string };

export function Loyalty({
  programmes,
  onChange,
  error,
}: {
  programmes: Programme[];
  onChange: (programmes: Programme[]) => void;
  error: string | undefined;
}) {
  const words = useTravelerTexts();
  const set = (index: number, change: Partial<Programme>) =>
    onChange(programmes.map((each, at) => (at === index ? { ...each, ...change } : each)));
  return (
    <fieldset className={own.group}>
      <legend className={styles.legend}>{words.loyalty.title}</legend>
      {programmes.map((each, index) => (
        <div key={index} className={own.programme}>
          <Field
            label={words.loyalty.airline}
            hint={words.loyalty.airlineHint}
            autoComplete="off"
            autoCapitalize="characters"
            maxLength={2}
            required
            value={each.airline}
            onChange={(event) => set(index, { airline: event.currentTarget.value })}
          />
          <Field
            label={words.loyalty.number}
            {...(each.ends === undefined ? {} : { hint: words.fields.kept(each.ends) })}
            autoComplete="off"
            required={each.ends === undefined}
            value={each.number}
            onChange={(event) => set(index, { number: event.currentTarget.value })}
          />
          <Button onClick={() => onChange(programmes.filter((_, at) => at !== index))}>
            {words.loyalty.remove(each.airline || String(index + 1))}
          </Button>
        </div>
      ))}
      {error && (
        <p className={styles.fault} role="alert">
          {error}
        </p>
      )}
      {programmes.length < 10 && (
        <div className={styles.actions}>
          <Button onClick={() => onChange([...programmes, { airline: "", number: "" }])}>{words.loyalty.add}</Button>
        </div>
      )}
    </fieldset>
  );
}
