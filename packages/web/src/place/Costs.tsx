import { Link } from "wouter";
import type { Costs as Found, Guide, Wanted } from "../data/guides.ts";
import { RangePlot } from "../plot/RangePlot.tsx";
import { PlaceField } from "../search/PlaceField.tsx";
import { Select } from "../ui/Field.tsx";
import { SimulatedTag } from "../ui/Show.tsx";
import { Table } from "../ui/Table.tsx";
import { usePlaceTexts } from "../words/places.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./PlacePage.module.css";

/** Numbers to choose from: a field that always holds one cannot be emptied on a phone to type another. */
const parties = Array.from({ length: 9 }, (_, index): [string, string] => [String(index + 1), String(index + 1)]);

type Props = { of: Guide; wanted: Wanted; onChange: (part: Wanted) => void };

/** What the way there costs, from the prices that were seen, for the party and the kind of trip that are chosen. */
export function Costs({ of: { costs }, wanted, onChange }: Props) {
  const { costs: words } = usePlaceTexts();
  const { cabins } = useWords();
  return (
    <section className={styles.part} aria-label={words.title}>
      <h2>
        {words.title} {costs?.simulated && <SimulatedTag />}
      </h2>
      <div className={styles.choices}>
        <PlaceField label={words.from} code={wanted.from ?? ""} onChange={(from) => onChange({ from })} />
        <Select
          label={words.trip}
          value={wanted.trip ?? "one_way"}
          options={Object.entries(words.trips)}
          onChange={(trip) => onChange({ trip: trip === "return" ? "return" : undefined })}
        />
        <Select
          label={words.cabin}
          value={wanted.cabin ?? "economy"}
          options={Object.entries(cabins)}
          onChange={(cabin) => onChange({ cabin: cabin === "economy" ? undefined : cabin })}
        />
        <Select
          label={words.adults}
          value={String(wanted.adults ?? 1)}
          options={parties}
          onChange={(adults) => onChange({ adults: Number(adults) })}
        />
      </div>
      {costs ? <Figures of={costs} /> : <p>{words.choose}</p>}
    </section>
  );
}

function Figures({ of: costs }: { of: Found }) {
  const { costs: words, watch } = usePlaceTexts();
  const format = useFormat();
  const { sample, status, origin, destination, lowest, weeks, watchers, simulated } = costs;
  if (status === "unknown") {
    return (
      <>
        <p>
          {words.unknown} {words.unknownSeen(sample.observations)}
        </p>
        <p>
          <Link href={`/watches/new?origin=${origin}&destination=${destination}`}>{watch}</Link>
        </p>
      </>
    );
  }
  return (
    <>
      {simulated && <p>{words.simulated}</p>}
      <p>
        {words.sample(format.number(sample.observations), Math.min(90, sample.days), origin, destination)}{" "}
        {lowest && words.lowest(format.money(lowest))}
      </p>
      <Months of={costs} />
      {weeks.length > 0 && (
        <>
          <h3>{words.weeks}</h3>
          <ul className={styles.list}>
            {weeks.map(({ monday, median }) => (
              <li key={monday}>{words.week(format.day(monday), format.money(median))}</li>
            ))}
          </ul>
        </>
      )}
      <Medians
        title={words.leads}
        head={words.lead}
        rows={costs.leads.map(({ from, to, ...rest }) => ({ ...rest, name: words.leadOf(from, to) }))}
      />
      <Medians
        title={words.weekdays}
        head={words.weekday}
        // The first of February 2027 is a Monday.
        rows={costs.weekdays.map(({ weekday, ...rest }) => ({
          ...rest,
          name: format.weekday(`2027-02-0${weekday}`, "long"),
        }))}
      />
      {watchers && <p>{words.watchers(watchers.people, watchers.alerts, format.money(watchers.median))}</p>}
    </>
  );
}

function Months({ of: { months } }: { of: Found }) {
  const { costs: words } = usePlaceTexts();
  const format = useFormat();
  const [first] = months;
  if (!first) return null;
  const { currency, amount } = first.median;
  const decimals = amount.split(".")[1]?.length ?? 0;
  const minor = (money: { amount: string }) => Math.round(Number(money.amount) * 10 ** decimals);
  const short = new Intl.DateTimeFormat(format.locale, { month: "short", timeZone: "UTC" });
  const ranges = months.map(({ month, lower, median, upper }) => ({
    label: short.format(new Date(`${month}-01`)),
    ...{ lower: minor(lower), median: minor(median), upper: minor(upper) },
  }));
  return (
    <>
      <h3>{words.months}</h3>
      <figure className={styles.part}>
        <RangePlot of={{ ranges, currency, decimals }} />
        <figcaption className={styles.small}>{words.plot}</figcaption>
      </figure>
      <Table label={words.months} heads={[words.month, words.median, words.middle, words.least, words.seen]}>
        {months.map(({ month, median, lower, upper, lowest, observations }) => (
          <tr key={month}>
            <th scope="row">{format.month(month)}</th>
            <td>{format.money(median)}</td>
            <td>{words.between(format.money(lower), format.money(upper))}</td>
            <td>{format.money(lowest)}</td>
            <td>{format.number(observations)}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

type Row = { name: string; median: { amount: string; currency: string }; observations: number };

function Medians({ title, head, rows }: { title: string; head: string; rows: Row[] }) {
  const { costs: words } = usePlaceTexts();
  const format = useFormat();
  if (rows.length < 2) return null;
  return (
    <>
      <h3>{title}</h3>
      <Table label={title} heads={[head, words.median, words.seen]}>
        {rows.map(({ name, median, observations }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{format.money(median)}</td>
            <td>{format.number(observations)}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}
