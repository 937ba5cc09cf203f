import { useState } from "react";
import styles from "../account/Form.module.css";
import {
  type NewTraveler,
  type Traveler,
  type TravelerChange,
  useAddTraveler,
  useChangeTraveler,
} from "../data/travelers.ts";
import { useUnsaved } from "../data/unsaved.ts";
import { Action } from "../ui/Button.tsx";
import { Check, Field, Select } from "../ui/Field.tsx";
import { useFaults } from "../ui/faults.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { useTravelerTexts } from "../words/travelers.ts";
import { useWords } from "../words/words.tsx";
import { Loyalty, type Programme } from "./Loyalty.tsx";
import { nameOf } from "./name.ts";
import own from "./Travelers.module.css";

type Props = { traveler?: Traveler; onClose: () => void };

const texts = ["givenName", "familyName", "bornOn", "email", "phone", "knownTravelerNumber", "redressNumber"] as const;
type Text = (typeof texts)[number];
const fields = [...texts, "gender", "title", "loyalty"];

/** The form of a traveler, new or known. Of a known one the numbers stay empty, and are kept where they are. */
export function TravelerSheet({ traveler, onClose }: Props) {
  const words = useTravelerTexts();
  const { save } = useWords();
  const name = traveler?.id ?? "new";
  const { draft, change: setDraft } = useUnsaved<Record<Text, string>>(`traveler ${name}`, () => ({
    givenName: traveler?.givenName ?? "",
    familyName: traveler?.familyName ?? "",
    bornOn: traveler?.bornOn ?? "",
    email: traveler?.email ?? "",
    phone: traveler?.phone ?? "",
    knownTravelerNumber: "",
    redressNumber: "",
  }));
  const { draft: address, change: setAddress } = useUnsaved<{ gender: Gender; title: Title }>(
    `address ${name}`,
    () => ({
      gender: traveler ? (traveler.gender ?? "") : "f",
      title: traveler ? (traveler.title ?? "") : "ms",
    }),
  );
  const { gender, title } = address;
  const [forgotten, setForgotten] = useState<string[]>([]);
  const { draft: programmes, change: setProgrammes } = useUnsaved<Programme[]>(`programmes ${name}`, () =>
    (traveler?.loyalty ?? []).map(({ airline, numberEnds }) => ({ airline, number: "", ends: numberEnds })),
  );
  const add = useAddTraveler();
  const change = useChangeTraveler(traveler?.id ?? "");
  const { error, isPending } = traveler ? change : add;
  const { form, faultAt, rest } = useFaults(error, fields);
  const field = (name: Text) => ({
    label: words.fields[name],
    value: draft[name],
    error: faultAt(name),
    onChange: (event: { currentTarget: HTMLInputElement }) => setDraft({ ...draft, [name]: event.currentTarget.value }),
  });
  const submit = () => {
    const said = { ...draft, gender, title };
    const onSuccess = onClose;
    if (traveler) change.mutate(changed(said, programmes, forgotten, traveler), { onSuccess });
    else add.mutate(wanted(said, programmes), { onSuccess });
  };
  /** A number of a known traveler, which is not shown. */
  const number = (name: "knownTravelerNumber" | "redressNumber") => {
    const end = traveler?.[`${name}Ends`] ?? null;
    const isForgotten = forgotten.includes(name);
    return (
      <>
        <Field
          {...field(name)}
          autoComplete="off"
          disabled={isForgotten}
          {...(end === null ? {} : { hint: words.fields.kept(end) })}
        />
        {end !== null && (
          <Check
            label={`${words.fields.forget}: ${words.fields[name]}`}
            checked={isForgotten}
            onChange={(isOn) => setForgotten(isOn ? [...forgotten, name] : forgotten.filter((each) => each !== name))}
          />
        )}
      </>
    );
  };
  const sheetTitle = traveler ? words.changeTitle(nameOf(traveler) || words.nameless) : words.add;
  const given = traveler?.phoneAsGiven;
  const phoneHint = given ? words.phoneGiven(given) : words.fields.phoneHint;
  /** One that was moved in may have none yet. */
  const choices = (known: string | null | undefined, all: Record<string, string>): [string, string][] => [
    ...(known === null ? ([["", words.choose]] as [string, string][]) : []),
    ...Object.entries(all),
  ];
  return (
    <Sheet small title={sheetTitle} onClose={onClose}>
      <form
        ref={form}
        className={styles.fields}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field {...field("givenName")} hint={words.fields.givenNameHint} autoComplete="given-name" required />
        <Field {...field("familyName")} autoComplete="family-name" required />
        <Field {...field("bornOn")} type="date" min="1900-01-01" autoComplete="bday" required />
        <Select
          label={words.fields.gender}
          value={gender}
          options={choices(traveler?.gender, words.genders)}
          error={faultAt("gender")}
          onChange={(value) => setAddress({ ...address, gender: value as Gender })}
        />
        <Select
          label={words.fields.title}
          value={title}
          options={choices(traveler?.title, words.titles)}
          error={faultAt("title")}
          onChange={(value) => setAddress({ ...address, title: value as Title })}
        />
        <Field {...field("email")} type="email" autoComplete="email" />
        <Field {...field("phone")} type="tel" autoComplete="tel" hint={phoneHint} />
        <Loyalty programmes={programmes} onChange={setProgrammes} error={faultAt("loyalty")} />
        <fieldset className={own.group}>
          <legend className={styles.legend}>{words.fields.usa}</legend>
          {number("knownTravelerNumber")}
          {number("redressNumber")}
        </fieldset>
        {rest}
        <Action kind="main" type="submit" busy={isPending}>
          {traveler ? save : words.add}
        </Action>
      </form>
    </Sheet>
  );
}

type Gender = NonNullable<Traveler["gender"]> | "";
type Title = NonNullable<Traveler["title"]> | "";
type Said = Record<Text, string> & { gender: Gender; title: Title };

const orNull = (text: string) => (text.trim() === "" ? null : text.trim());
const codeOf = (airline: string) => airline.trim().toUpperCase();
const phoneOf = (text: string) => orNull(text.replaceAll(/[\s()-]/g, ""));

function wanted(said: Said, programmes: Programme[]): NewTraveler {
  const loyalty = programmes.map(({ airline, number }) => ({ airline: codeOf(airline), number }));
  return {
    ...said,
    gender: said.gender as Exclude<Gender, "">,
    title: said.title as Exclude<Title, "">,
    email: orNull(said.email),
    phone: phoneOf(said.phone),
    knownTravelerNumber: orNull(said.knownTravelerNumber),
    redressNumber: orNull(said.redressNumber),
    loyalty,
  };
}

function changed(said: Said, programmes: Programme[], forgotten: string[], known: Traveler): TravelerChange {
  const { knownTravelerNumber, redressNumber, gender, title, ...rest } = said;
  const phone = phoneOf(said.phone);
  const numbers = Object.entries({ knownTravelerNumber, redressNumber }).flatMap(([name, text]) =>
    forgotten.includes(name) ? [[name, null]] : orNull(text) === null ? [] : [[name, text.trim()]],
  );
  return {
    givenName: rest.givenName,
    familyName: rest.familyName,
    bornOn: rest.bornOn,
    ...(gender === "" ? {} : { gender }),
    ...(title === "" ? {} : { title }),
    email: orNull(rest.email),
    // A number that was given without its country stays until there is one with it.
    ...(phone === known.phone ? {} : { phone }),
    ...Object.fromEntries(numbers),
    loyalty: programmes.map(({ airline, number }) => ({
      airline: codeOf(airline),
      ...(orNull(number) === null ? {} : { number }),
    })),
  };
}
