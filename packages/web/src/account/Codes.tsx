import { useState } from "react";
import { useNamedPlaces } from "../data/places.ts";
import { useAirlines } from "../data/reference.ts";
import { PlaceField } from "../search/PlaceField.tsx";
import { Select } from "../ui/Field.tsx";
import { useSettings } from "../words/settings.ts";
import styles from "./Codes.module.css";

type Props = { codes: string[]; onChange: (codes: string[]) => void; error: string | undefined };
const most = 20;

export function Airports({ codes, onChange, error }: Props) {
  const { preferences: words } = useSettings();
  const places = useNamedPlaces(codes);
  /** The field begins anew after each place. */
  const [round, setRound] = useState(0);
  return (
    <fieldset className={styles.codes}>
      <legend className={styles.legend}>{words.airports}</legend>
      <Chips codes={codes} onChange={onChange} nameOf={(code) => places.data?.get(code)?.city ?? ""} />
      {codes.length < most ? (
        <PlaceField
          key={round}
          label={words.addAirport}
          code=""
          onChange={(code) => {
            if (!codes.includes(code)) onChange([...codes, code]);
            setRound(round + 1);
          }}
          error={error}
        />
      ) : (
        <p>{words.most}</p>
      )}
    </fieldset>
  );
}

export function Airlines({ codes, onChange, error }: Props) {
  const { preferences: words } = useSettings();
  const airlines = useAirlines();
  const nameOf = (code: string) => airlines.data?.get(code) ?? (airlines.data ? words.unknownAirline : "");
  const others = [...(airlines.data ?? [])]
    .filter(([code]) => !codes.includes(code))
    .map(([code, name]): [string, string] => [code, `${name} (${code})`])
    .sort(([, a], [, b]) => a.localeCompare(b));
  return (
    <fieldset className={styles.codes}>
      <legend className={styles.legend}>{words.airlines}</legend>
      <Chips codes={codes} onChange={onChange} nameOf={nameOf} />
      {codes.length < most ? (
        <Select
          label={words.addAirline}
          value=""
          options={[["", "–"], ...others]}
          onChange={(code) => code !== "" && onChange([...codes, code])}
          error={error}
        />
      ) : (
        <p>{words.most}</p>
      )}
    </fieldset>
  );
}

/** The chosen codes, each with a button that removes it. */
function Chips({
  codes,
  onChange,
  nameOf,
}: {
  codes: string[];
  onChange: (codes: string[]) => void;
  nameOf: (code: string) => string;
}) {
  const { remove } = useSettings();
  if (codes.length === 0) return null;
  return (
    <ul className={styles.chips}>
      {codes.map((code) => (
        <li key={code}>
          <button
            type="button"
            className={styles.chip}
            aria-label={`${remove}: ${nameOf(code)} ${code}`}
            onClick={() => onChange(codes.filter((each) => each !== code))}
          >
            {nameOf(code)} <b>{code}</b> <span aria-hidden="true">×</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
