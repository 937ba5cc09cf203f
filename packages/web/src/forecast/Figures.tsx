import type { Numbers } from "../data/numbers.ts";
import { Empty } from "../ui/Notice.tsx";
import { SimulatedTag } from "../ui/Show.tsx";
import { Table } from "../ui/Table.tsx";
import { useForecastTexts } from "../words/forecast.ts";
import { useFormat } from "../words/words.tsx";

type Source = Numbers["forecast"]["items"][number];

/** What the forecast said, by source of prices, and what came. */
export function Figures({ items }: { items: Source[] }) {
  const { numbers: words } = useForecastTexts();
  const format = useFormat();
  if (items.length === 0) return <Empty title={words.none}>{words.noneNote}</Empty>;
  const rate = (figure: number | null) => (figure === null ? words.few : format.percent(figure));
  const error = (figure: number | null) => (figure === null ? words.few : format.number(figure));
  return (
    <>
      <p>{words.score}</p>
      <Table
        label={words.title}
        heads={[words.source, words.answered, words.silent, words.judged, words.right, words.error, words.baseError]}
      >
        {items.map(({ source, simulated, answered, abstained, judged, hitRate, brier, baseBrier }) => (
          <tr key={source}>
            <th scope="row">
              {source} {simulated && <SimulatedTag />}
            </th>
            <td>{format.number(answered)}</td>
            <td>{format.number(abstained.reduce((sum, { number }) => sum + number, 0))}</td>
            <td>{format.number(judged)}</td>
            <td>{rate(hitRate)}</td>
            <td>{error(brier)}</td>
            <td>{error(baseBrier)}</td>
          </tr>
        ))}
      </Table>
      {items.map((item) => (
        <Details key={item.source} item={item} />
      ))}
    </>
  );
}

function Details({ item: { source, simulated, abstained, calibration } }: { item: Source }) {
  const { numbers: words } = useForecastTexts();
  const format = useFormat();
  return (
    <>
      {calibration.length > 0 && (
        <>
          <h3>
            {words.calibration}: {source} {simulated && <SimulatedTag />}
          </h3>
          <Table label={`${words.calibration}: ${source}`} heads={[words.said, words.mean, words.came, words.answered]}>
            {calibration.map(({ from, to, said, came, number }) => (
              <tr key={from}>
                <th scope="row">
                  {format.percent(from)} – {format.percent(to)}
                </th>
                <td>{format.percent(said)}</td>
                <td>{format.percent(came)}</td>
                <td>{format.number(number)}</td>
              </tr>
            ))}
          </Table>
        </>
      )}
      {abstained.length > 0 && (
        <>
          <h3>
            {words.reasons}: {source} {simulated && <SimulatedTag />}
          </h3>
          <Table label={`${words.reasons}: ${source}`} heads={[words.reason, words.times]}>
            {abstained.map(({ why, number }) => (
              <tr key={why}>
                <th scope="row">{words.why[why]}</th>
                <td>{format.number(number)}</td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </>
  );
}
