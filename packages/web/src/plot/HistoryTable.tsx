import type { Day } from "../data/watches.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./PriceHistory.module.css";

/** The same days in figures. */
export function HistoryTable({ days, told }: { days: Day[]; told: Set<string> }) {
  const { watch: words, why } = useWords();
  const format = useFormat();
  return (
    <details>
      <summary className={styles.summary}>{words.table}</summary>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{words.columns.day}</th>
            <th scope="col">{words.columns.low}</th>
            <th scope="col">{words.columns.high}</th>
            <th scope="col">{words.columns.checks}</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ date, low, high, checks }) => (
            <tr key={date}>
              <th scope="row">
                {format.day(date)} {told.has(date) && `(${why.told})`}
              </th>
              <td>{low ? format.money(low) : "–"}</td>
              <td>{high ? format.money(high) : "–"}</td>
              <td>{format.number(checks)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
