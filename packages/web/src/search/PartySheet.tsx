import type { Journey } from "../data/flights.ts";
import { useCurrencies } from "../data/reference.ts";
import { Button } from "../ui/Button.tsx";
import { Select } from "../ui/Field.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./PartySheet.module.css";

/** Nine seats at most, and one infant for each adult. */
const seats = 9;

export function PartySheet({
  journey,
  onChange,
  onClose,
}: {
  journey: Journey;
  onChange: (part: Partial<Journey>) => void;
  onClose: () => void;
}) {
  const words = useWords();
  const { adults, childAges, infants, cabin } = journey;
  const format = useFormat();
  const known = useCurrencies().data ?? [];
  const currencies = [...new Set([...known, ...(journey.currency ? [journey.currency] : [])])];
  const free = seats - adults - childAges.length;
  return (
    <Sheet
      small
      title={words.form.who}
      onClose={onClose}
      foot={
        <Button kind="main" onClick={onClose}>
          {words.dates.done}
        </Button>
      }
    >
      <div className={styles.list}>
        <Counter
          what={words.form.adults}
          value={adults}
          least={1}
          most={adults + free}
          onChange={(value) => onChange({ adults: value, infants: Math.min(infants, value) })}
        />
        <Counter
          what={words.form.children}
          value={childAges.length}
          least={0}
          most={Math.min(8, childAges.length + free)}
          onChange={(value) =>
            onChange({ childAges: Array.from({ length: value }, (_, index) => childAges[index] ?? 8) })
          }
        />
        {childAges.map((age, index) => (
          <Select
            // The children have no names: their place is what they are known by.
            key={index}
            label={words.form.childAge(index + 1)}
            value={String(age)}
            options={Array.from({ length: 16 }, (_, years) => [String(years + 2), String(years + 2)])}
            onChange={(value) => onChange({ childAges: childAges.with(index, Number(value)) })}
          />
        ))}
        <Counter
          what={words.form.infants}
          value={infants}
          least={0}
          most={adults}
          onChange={(value) => onChange({ infants: value })}
        />
        <Select
          label={words.form.cabin}
          value={cabin}
          options={Object.entries(words.cabins)}
          onChange={(value) => onChange({ cabin: value as Journey["cabin"] })}
        />
        <Select
          label={words.form.currency}
          value={journey.currency ?? ""}
          options={[
            ...(journey.currency ? [] : [["", words.form.ownCurrency] as [string, string]]),
            ...currencies.map((code): [string, string] => [code, `${code} · ${format.currency(code)}`]).sort(),
          ]}
          onChange={(value) => onChange({ currency: value || undefined })}
        />
      </div>
    </Sheet>
  );
}

function Counter({
  what,
  value,
  least,
  most,
  onChange,
}: {
  what: string;
  value: number;
  least: number;
  most: number;
  onChange: (value: number) => void;
}) {
  const { form } = useWords();
  return (
    <fieldset className={styles.counter} aria-label={what}>
      <span>{what}</span>
      <Button aria-label={form.fewer(what)} disabled={value <= least} onClick={() => onChange(value - 1)}>
        −
      </Button>
      <output aria-live="polite" className={styles.value}>
        {value}
      </output>
      <Button aria-label={form.moreOf(what)} disabled={value >= most} onClick={() => onChange(value + 1)}>
        +
      </Button>
    </fieldset>
  );
}
