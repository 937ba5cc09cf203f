import { useState } from "react";
import { useTraffic } from "../data/operator.ts";
import { Select } from "../ui/Field.tsx";
import { Empty } from "../ui/Notice.tsx";
import { Table } from "../ui/Table.tsx";
import { useSettings } from "../words/settings.ts";
import { useFormat } from "../words/words.tsx";
import { Answer, Frame } from "./Frame.tsx";
import styles from "./Operator.module.css";

export function Searches() {
  return (
    <Frame part="searches">
      <Days />
    </Frame>
  );
}

const spans = ["7", "30", "92"];

function Days() {
  const { operator } = useSettings();
  const { searches: words } = operator;
  const format = useFormat();
  const [days, setDays] = useState("30");
  const traffic = useTraffic(Number(days));
  /** `cached 12, fresh 3`: codes as the logs write them. */
  const counts = (of: Record<string, number>) =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${format.number(count)}`)
      .join(", ");
  return (
    <>
      <p className={styles.note}>{words.note}</p>
      <div className={styles.fields}>
        <Select label={words.days} value={days} options={spans.map((span) => [span, span])} onChange={setDays} />
      </div>
      <Answer of={traffic}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.none} />
          ) : (
            <Table
              label={operator.parts.searches}
              heads={[
                ...[words.day, words.searches, words.results, words.hitRate],
                ...[words.freshness, words.status, words.providers],
              ]}
            >
              {items.map((day) => (
                <tr key={day.day}>
                  <th scope="row">{format.day(day.day)}</th>
                  <td>{format.number(day.searches)}</td>
                  <td>{format.number(day.results)}</td>
                  <td>{day.hitRate === null ? "–" : format.percent(day.hitRate)}</td>
                  <td>{counts(day.freshness)}</td>
                  <td>{counts(day.status)}</td>
                  <td>{counts(day.providers)}</td>
                </tr>
              ))}
            </Table>
          )
        }
      </Answer>
    </>
  );
}
