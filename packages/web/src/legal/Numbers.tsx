import { useNumbers } from "../data/numbers.ts";
import { Figures } from "../forecast/Figures.tsx";
import { Empty, Fault } from "../ui/Notice.tsx";
import { SimulatedTag, Skeleton } from "../ui/Show.tsx";
import { Table } from "../ui/Table.tsx";
import { useTitle } from "../ui/title.ts";
import { useForecastTexts } from "../words/forecast.ts";
import { useLegal } from "../words/legal.ts";
import { useFormat } from "../words/words.tsx";
import styles from "./Legal.module.css";

/** How often a provider took a price back before an alert, and how right the forecast was, for everyone to see. */
export function Numbers() {
  const { numbers: words } = useLegal();
  const { numbers: forecast } = useForecastTexts();
  useTitle(words.title);
  return (
    <article className={styles.page}>
      <h1>{words.title}</h1>
      <section className={styles.part}>
        <h2>{words.ghosts}</h2>
        <p>{words.means}</p>
        <Months />
      </section>
      <section className={styles.part}>
        <h2>{forecast.title}</h2>
        <p>{forecast.means}</p>
        <Forecasts />
      </section>
    </article>
  );
}

/** Waits for, and fails with, the one request above. */
function Forecasts() {
  const { data, isPending } = useNumbers();
  if (isPending) return <Skeleton height={48} count={2} />;
  // The browser may hold an answer for an hour that is from before the forecast.
  return data?.forecast ? <Figures items={data.forecast.items} /> : null;
}

function Months() {
  const { numbers: words } = useLegal();
  const format = useFormat();
  const { data, error, refetch } = useNumbers();
  if (!data) return error ? <Fault error={error} onRetry={() => void refetch()} /> : <Skeleton height={48} count={4} />;
  if (data.items.length === 0) return <Empty title={words.none}>{words.noneNote}</Empty>;
  return (
    <Table label={words.ghosts} heads={[words.month, words.takenBack, words.provider, words.wouldBe]}>
      {data.items.map(({ month, provider, simulated, wouldBe, ghostRate }) => (
        <tr key={`${month} ${provider}`}>
          <th scope="row">{format.month(month)}</th>
          <td>{ghostRate === null ? words.few : format.finePercent(ghostRate)}</td>
          <td>
            {provider} {simulated && <SimulatedTag />}
          </td>
          <td>{format.number(wouldBe)}</td>
        </tr>
      ))}
    </Table>
  );
}
