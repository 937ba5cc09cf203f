import type { Judged } from "../data/watches.ts";
import { Tag } from "../ui/Show.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./Decisions.module.css";
import { explain, foldRuns, type Run } from "./decision.ts";

/** Each check with what it meant, newest first, grouped by day; alike ones are folded. */
export function Decisions({
  items,
  most = Number.POSITIVE_INFINITY,
  open,
  heading: Heading = "h3",
}: {
  items: Judged[];
  most?: number;
  open?: string | null;
  /** Of the days: one below the heading that they stand under. */
  heading?: "h2" | "h3";
}) {
  const { why } = useWords();
  const format = useFormat();
  const runs = foldRuns(items).slice(0, most);
  if (runs.length === 0) return <p>{why.none}</p>;
  const days = [...new Set(runs.map(({ first }) => first.at.slice(0, 10)))];
  return (
    <div className={styles.days}>
      {days.map((day) => (
        <section key={day} aria-label={format.longDay(day)}>
          <Heading className={styles.day}>{format.day(day)}</Heading>
          <ol className={styles.runs}>
            {runs
              .filter(({ first }) => first.at.startsWith(day))
              .map((run) => (
                <li key={run.first.at} id={run.first.at}>
                  <RunLine run={run} isOpen={open?.slice(0, 10) === day && run.checks.some(({ at }) => at === open)} />
                </li>
              ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function RunLine({ run: { first, checks }, isOpen }: { run: Run; isOpen: boolean }) {
  const words = useWords();
  const format = useFormat();
  if (checks.length === 1) return <CheckLine judged={first} isMarked={isOpen} />;
  const amounts = checks.flatMap(({ price }) => (price ? [Number(price.amount)] : []));
  const [low, high] = [Math.min(...amounts), Math.max(...amounts)];
  const currency = first.price?.currency ?? "";
  const money = (amount: number) => format.money({ amount: String(amount), currency });
  return (
    <details open={isOpen}>
      <summary className={styles.line}>
        <span>{words.why.checks(checks.length)}</span>
        <span className={styles.price}>
          {amounts.length > 0 && (low === high ? money(low) : `${money(low)} – ${money(high)}`)}
        </span>
        <span className={styles.because}>{explain(first, words, format)}</span>
      </summary>
      <ol className={styles.inner}>
        {checks.map((judged) => (
          <li key={judged.at}>
            <CheckLine judged={judged} isMarked={false} />
          </li>
        ))}
      </ol>
    </details>
  );
}

function CheckLine({ judged, isMarked }: { judged: Judged; isMarked: boolean }) {
  const words = useWords();
  const format = useFormat();
  const told = "fired" in judged.decision;
  return (
    <div className={`${styles.line} ${isMarked ? styles.marked : ""}`}>
      <time dateTime={judged.at} title={format.moment(judged.at)}>
        {format.time(judged.at)}
      </time>
      <span className={styles.price}>{judged.price ? format.money(judged.price) : "–"}</span>
      <span className={styles.because}>
        <Tag tone={told ? "low" : "plain"}>{told ? words.why.told : words.why.silent}</Tag>{" "}
        {explain(judged, words, format)}
      </span>
    </div>
  );
}
