import type { Guide } from "../data/guides.ts";
import { Table } from "../ui/Table.tsx";
import { usePlaceTexts } from "../words/places.ts";
import { useFormat } from "../words/words.tsx";
import { useLength } from "./length.ts";
import styles from "./PlacePage.module.css";

/** What is always so: money, languages, who flies there. */
export function Facts({ of: { facts, costs } }: { of: Guide }) {
  const { facts: words } = usePlaceTexts();
  const format = useFormat();
  const language = new Intl.DisplayNames(format.locale, { type: "language" });
  const { currencies, languages, callingCodes, nonstop } = facts;
  const shown: [label: string, value: string][] = [
    [words.currency, format.list(currencies.map((code) => `${format.currency(code)} (${code})`))],
    [words.languages, format.list(languages.map((code) => language.of(code) ?? code))],
    [words.calling, callingCodes.map((code) => `+${code}`).join(", ")],
    [words.nonstop, words.nonstopFrom(nonstop.airports)],
  ];
  const time = useLength();
  return (
    <section className={styles.part} aria-label={words.title}>
      <h2>{words.title}</h2>
      <dl className={styles.facts}>
        {shown
          .filter(([, value]) => value !== "")
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {costs && nonstop.fromHome.length === 0 && <p>{words.noNonstop}</p>}
      <ul className={styles.list}>
        {nonstop.fromHome.map(({ from, to, minutes, airlines }) => (
          <li key={from + to}>
            {words.flight(from, to, time(minutes))}:{" "}
            {format.list(airlines.map(({ name, weekly }) => `${name} (${words.weekly(weekly)})`))}
          </li>
        ))}
      </ul>
      <p className={styles.small}>{words.schedule}</p>
    </section>
  );
}

export function Holidays({ of: { holidays } }: { of: Guide }) {
  const { holidays: words } = usePlaceTexts();
  const format = useFormat();
  return (
    <section className={styles.part} aria-label={words.title}>
      <h2>{words.title}</h2>
      {holidays.items.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <>
          <ul className={styles.list}>
            {holidays.items.map(({ day, name, localName, kind }) => (
              <li key={day + name}>
                {format.day(day)}: {name}
                {localName && ` (${localName})`}
                {words.kinds[kind] && `, ${words.kinds[kind]}`}
              </li>
            ))}
          </ul>
          <p className={styles.small}>{words.source}</p>
        </>
      )}
    </section>
  );
}

export function Daylight({ of: { facts } }: { of: Guide }) {
  const { daylight: words } = usePlaceTexts();
  const format = useFormat();
  const name = new Intl.DateTimeFormat(format.locale, { month: "long", timeZone: "UTC" });
  const time = useLength();
  return (
    <section className={styles.part}>
      <h2>{words.title}</h2>
      <Table label={words.title} heads={[words.month, words.length, words.sun]}>
        {facts.daylight.map(({ month, minutes, sunrise, sunset }) => (
          <tr key={month}>
            <th scope="row">{name.format(new Date(Date.UTC(2027, month - 1)))}</th>
            <td>{time(minutes) || time(0)}</td>
            <td>
              {sunrise && sunset
                ? words.from(format.clock(`2027-01-01T${sunrise}`), format.clock(`2027-01-01T${sunset}`))
                : minutes > 0
                  ? words.allDay
                  : words.never}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
