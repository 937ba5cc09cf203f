import { useState } from "react";
import { useConversion } from "../data/operator.ts";
import { Field } from "../ui/Field.tsx";
import { Empty } from "../ui/Notice.tsx";
import { Tag } from "../ui/Show.tsx";
import { Table } from "../ui/Table.tsx";
import { useSettings } from "../words/settings.ts";
import { useFormat } from "../words/words.tsx";
import { Answer, Frame } from "./Frame.tsx";
import styles from "./Operator.module.css";

export function Conversion() {
  return (
    <Frame part="conversion">
      <Week />
    </Frame>
  );
}

function Week() {
  const { operator } = useSettings();
  const { conversion: words } = operator;
  const format = useFormat();
  const [day, setDay] = useState("");
  const conversion = useConversion(day);
  const heads = [words.route, words.searches, words.searchers, words.watchers, words.bookers];
  return (
    <>
      <p className={styles.note}>{words.note}</p>
      <div className={styles.fields}>
        <Field label={words.week} type="date" value={day} onChange={(event) => setDay(event.currentTarget.value)} />
      </div>
      <Answer of={conversion}>
        {({ week, from, final, items }) => (
          <>
            <p>
              {words.shown(week, format.day(from))} <Tag>{final ? words.final : words.open}</Tag>
            </p>
            {items.length === 0 ? (
              <Empty title={words.none} />
            ) : (
              <Table label={operator.parts.conversion} heads={heads}>
                {items.map(({ origin, destination, ...counts }) => (
                  <tr key={`${origin} ${destination}`}>
                    <th scope="row">
                      {origin} – {destination}
                    </th>
                    {[counts.searches, counts.searchers, counts.watchers, counts.bookers].map((count, index) => (
                      <td key={heads[index + 1]}>{format.number(count)}</td>
                    ))}
                  </tr>
                ))}
              </Table>
            )}
          </>
        )}
      </Answer>
    </>
  );
}
