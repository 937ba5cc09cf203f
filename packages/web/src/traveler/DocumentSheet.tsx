import { useId, useState } from "react";
import styles from "../account/Form.module.css";
import { type NewDocument, useAddDocument, useReadZone, type Zoned } from "../data/travelers.ts";
import { Action, Button } from "../ui/Button.tsx";
import fieldStyles from "../ui/Field.module.css";
import { Field, Select } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useTravelerTexts } from "../words/travelers.ts";
import { useFormat } from "../words/words.tsx";
import { countriesOf } from "./countries.ts";
import own from "./Travelers.module.css";

type Props = { travelerId: string; onClose: () => void };

/** Adds a document by its machine readable lines, which are shown as read before, or by its fields. */
export function DocumentSheet({ name, ...props }: Props & { name: string }) {
  const { documents: words } = useTravelerTexts();
  const [isByHand, setByHand] = useState(false);
  return (
    <Sheet small title={words.addTo(name)} onClose={props.onClose}>
      {isByHand ? <ByHand {...props} /> : <ByLines {...props} />}
      <Button kind="quiet" onClick={() => setByHand(!isByHand)}>
        {isByHand ? words.byLines : words.byHand}
      </Button>
    </Sheet>
  );
}

function ByLines({ travelerId, onClose }: Props) {
  const texts = useTravelerTexts();
  const { documents: words } = texts;
  const id = useId();
  const [mrz, setMrz] = useState("");
  const read = useReadZone();
  const add = useAddDocument(travelerId);
  const { form, faultAt, rest } = useFaults(add.error ?? read.error, ["mrz"]);
  const fault = faultAt("mrz");
  return (
    <form
      ref={form}
      className={styles.fields}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        add.reset();
        if (read.data) add.mutate({ mrz }, { onSuccess: onClose });
        else read.mutate(mrz);
      }}
    >
      <div className={fieldStyles.field}>
        <label htmlFor={id} className={fieldStyles.label}>
          {words.lines}
        </label>
        <textarea
          id={id}
          className={own.lines}
          rows={3}
          required
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="characters"
          value={mrz}
          aria-invalid={fault ? true : undefined}
          aria-describedby={fault ? `${id}-hint ${id}-error` : `${id}-hint`}
          onChange={(event) => {
            read.reset();
            add.reset();
            setMrz(event.currentTarget.value);
          }}
        />
        <p id={`${id}-hint`} className={fieldStyles.hint}>
          {words.linesHint}
        </p>
        {fault && (
          <p id={`${id}-error`} className={fieldStyles.error}>
            {fault}
          </p>
        )}
      </div>
      <div role="status">{read.data && <Found of={read.data} />}</div>
      {rest}
      <Action kind="main" type="submit" busy={read.isPending || add.isPending}>
        {read.data ? words.addThis : words.read}
      </Action>
    </form>
  );
}

function Found({ of: zone }: { of: Zoned }) {
  const { documents: words } = useTravelerTexts();
  const format = useFormat();
  const rows: [string, string][] = [
    [words.type, words.types[zone.type]],
    [words.number, zone.number],
    [words.country, format.region(zone.country)],
    [words.expiresOn, format.longDay(zone.expiresOn)],
    [words.name, `${zone.givenName} ${zone.familyName}`.trim()],
    ...(zone.bornOn === null ? [] : [[words.bornOn, format.longDay(zone.bornOn)] as [string, string]]),
  ];
  return (
    <>
      <p>{words.found}</p>
      <dl className={own.said}>
        {rows.map(([term, said]) => (
          <div key={term} className={own.pair}>
            <dt>{term}</dt>
            <dd>{said}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function ByHand({ travelerId, onClose }: Props) {
  const texts = useTravelerTexts();
  const { documents: words } = texts;
  const { locale } = useFormat();
  const [type, setType] = useState<NonNullable<NewDocument["type"]>>("passport");
  const [number, setNumber] = useState("");
  const [country, setCountry] = useState(() => new Intl.Locale(locale).region ?? "GB");
  const [expiresOn, setExpiresOn] = useState("");
  const add = useAddDocument(travelerId);
  const { form, faultAt, rest } = useFaults(add.error, ["type", "number", "country", "expiresOn"]);
  return (
    <form
      ref={form}
      className={styles.fields}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const end = type === "tax_id" || expiresOn === "" ? {} : { expiresOn };
        add.mutate({ type, number, country, ...end }, { onSuccess: onClose });
      }}
    >
      <Select
        label={words.type}
        value={type}
        options={Object.entries(words.types)}
        onChange={(value) => setType(value as typeof type)}
      />
      <Field
        label={words.number}
        required
        maxLength={40}
        autoComplete="off"
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
        error={faultAt("number")}
      />
      <Select
        label={words.country}
        value={country}
        options={countriesOf(locale)}
        onChange={setCountry}
        error={faultAt("country")}
      />
      {type !== "tax_id" && (
        <Field
          label={words.expiresOn}
          type="date"
          required
          value={expiresOn}
          onChange={(event) => setExpiresOn(event.currentTarget.value)}
          error={faultAt("expiresOn")}
        />
      )}
      {rest}
      <Action kind="main" type="submit" busy={add.isPending}>
        {words.add}
      </Action>
    </form>
  );
}
