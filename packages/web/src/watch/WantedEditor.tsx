import type { Journey } from "../data/flights.ts";
import { cityNames } from "../data/names.ts";
import { useNamedPlaces } from "../data/places.ts";
import { addDays, nightsOf } from "../search/journey.ts";
import { PlaceField } from "../search/PlaceField.tsx";
import { Button } from "../ui/Button.tsx";
import { Field, Select } from "../ui/Field.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./WantedEditor.module.css";
import { horizon, monthsFrom, mostPlaces, type Wanted } from "./wanted.ts";

type Fault = (field: string) => string | undefined;

/** Chooses more days and places than those of the search. */
export function WantedEditor({
  journey,
  wanted,
  today,
  onChange,
  fault,
}: {
  journey: Journey;
  wanted: Wanted;
  today: string;
  onChange: (wanted: Wanted) => void;
  fault: Fault;
}) {
  const { wanted: words } = useWords();
  const change = (part: Partial<Wanted>) => onChange({ ...wanted, ...part });
  const isReturn = nightsOf(journey) !== null;
  // A weekend has a way back.
  const kinds = (["trip", "window", "weekends"] as const).filter((kind) => kind !== "weekends" || isReturn);
  return (
    <details className={styles.more}>
      <summary>{words.title}</summary>
      <div className={styles.fields}>
        <fieldset className={styles.kinds}>
          <legend>{words.days}</legend>
          {kinds.map((kind) => (
            <label key={kind} className={styles.kind}>
              <input type="radio" name="days" checked={wanted.days === kind} onChange={() => change({ days: kind })} />
              <span>{words.kinds[kind]}</span>
            </label>
          ))}
        </fieldset>
        {wanted.days === "window" && (
          <Window wanted={wanted} today={today} isReturn={isReturn} onChange={change} fault={fault} />
        )}
        {wanted.days === "weekends" && <Weekends wanted={wanted} today={today} onChange={change} fault={fault} />}
        <Places
          label={words.alsoFrom}
          given={journey.origin}
          more={wanted.origins}
          onChange={(origins) => change({ origins })}
          error={fault("origin")}
        />
        <Places
          label={words.alsoTo}
          given={journey.destination}
          more={wanted.destinations}
          onChange={(destinations) => change({ destinations })}
          error={fault("destination")}
        />
        <p className={styles.hint}>{words.many}</p>
      </div>
    </details>
  );
}

type Part = { wanted: Wanted; today: string; onChange: (part: Partial<Wanted>) => void; fault: Fault };

function Window({ wanted, today, isReturn, onChange, fault }: Part & { isReturn: boolean }) {
  const { wanted: words } = useWords();
  const bounds = { type: "date", min: today, max: addDays(today, horizon), required: true } as const;
  const nights = Array.from({ length: 31 }, (_, count): [string, string] => [String(count), words.nights(count)]);
  return (
    <div className={styles.row}>
      <Field
        {...bounds}
        label={words.from}
        value={wanted.from}
        error={fault("departureFrom")}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
      />
      <Field
        {...bounds}
        label={words.to}
        value={wanted.to}
        error={fault("departureTo")}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
      />
      {isReturn && (
        <>
          <Select
            label={words.leastNights}
            value={String(wanted.leastNights)}
            options={nights}
            error={fault("stayNights")}
            onChange={(count) => onChange({ leastNights: Number(count) })}
          />
          <Select
            label={words.mostNights}
            value={String(Math.max(wanted.leastNights, wanted.mostNights))}
            options={nights.filter(([count]) => Number(count) >= wanted.leastNights)}
            onChange={(count) => onChange({ mostNights: Number(count) })}
          />
        </>
      )}
    </div>
  );
}

function Weekends({ wanted, today, onChange, fault }: Part) {
  const { wanted: words } = useWords();
  const format = useFormat();
  return (
    <Select
      label={words.month}
      value={wanted.month}
      options={monthsFrom(today).map((month) => [month, format.month(month)])}
      error={fault("weekendsIn")}
      onChange={(month) => onChange({ month })}
    />
  );
}

/** Further places at one end: chosen one after another, each with a button that takes it out. */
function Places({
  label,
  given,
  more,
  onChange,
  error,
}: {
  label: string;
  given: string;
  more: string[];
  onChange: (more: string[]) => void;
  error?: string | undefined;
}) {
  const { wanted: words } = useWords();
  const names = useNamedPlaces(more).data;
  const taken = [...given.split(","), ...more];
  const nameOf = (code: string) => {
    const place = names?.get(code);
    return place ? cityNames(code, { places: { [code]: place }, carriers: {} }) : code;
  };
  return (
    <div className={styles.places}>
      {more.length > 0 && (
        <ul className={styles.chosen}>
          {more.map((code) => (
            <li key={code}>
              <span>{nameOf(code)}</span>
              <Button onClick={() => onChange(more.filter((one) => one !== code))}>{words.remove(nameOf(code))}</Button>
            </li>
          ))}
        </ul>
      )}
      {taken.length < mostPlaces && (
        <PlaceField
          key={more.length}
          label={label}
          code=""
          error={error}
          onChange={(code) => onChange([...new Set([...more, code])].filter((one) => !given.split(",").includes(one)))}
        />
      )}
    </div>
  );
}
