import { useState } from "react";
import { useRun } from "../data/decisions.ts";
import type { Judged } from "../data/watches.ts";
import { More } from "../ui/More.tsx";
import { Fault } from "../ui/Notice.tsx";
import { Skeleton, Tag } from "../ui/Show.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./Decisions.module.css";
import { contains, explain, pricesOf } from "./decision.ts";
import { Fate } from "./Fate.tsx";

/** Each check with what it meant, newest first, grouped by day; alike ones are folded, and open to their checks. */
export function Decisions({
  id,
  items,
  open = null,
  heading: Heading = "h3",
}: {
  /** Of the watch. */
  id: string;
  items: Judged[];
  /** The moment of the check to show. */
  open?: string | null;
  /** Of the days: one below the heading that they stand under. */
  heading?: "h2" | "h3";
}) {
  const { why } = useWords();
  const format = useFormat();
  if (items.length === 0) return <p>{why.none}</p>;
  const days = [...new Set(items.map(({ at }) => format.dayOf(at)))];
  return (
    <div className={styles.days}>
      {days.map((day) => (
        <section key={day} aria-label={format.longDay(day)}>
          <Heading className={styles.day}>{format.day(day)}</Heading>
          <ol className={styles.runs}>
            {items
              .filter(({ at }) => format.dayOf(at) === day)
              .map((judged) => (
                <li key={judged.at} id={contains(judged, open) ? "open" : undefined}>
                  {judged.run ? (
                    <RunLine id={id} judged={judged} run={judged.run} open={contains(judged, open) ? open : null} />
                  ) : (
                    <CheckLine judged={judged} isMarked={contains(judged, open)} />
                  )}
                </li>
              ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function RunLine({
  id,
  judged,
  run,
  open,
}: {
  id: string;
  judged: Judged;
  run: NonNullable<Judged["run"]>;
  open: string | null;
}) {
  const words = useWords();
  const format = useFormat();
  const [isOpen, setOpen] = useState(open !== null);
  const { count, from, to } = run;
  const isLong = format.dayOf(from) !== format.dayOf(to);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={`${styles.line} ${styles.run}`}>
        <span>{words.why.checks(count)}</span>
        <span className={styles.price}>{pricesOf(judged, format)}</span>
        <span className={styles.because}>
          {isLong && `${words.why.since(format.day(format.dayOf(from)))}: `}
          {explain(judged, words, format)}
        </span>
      </summary>
      {isOpen && <RunChecks id={id} run={run} open={open} />}
    </details>
  );
}

function RunChecks({ id, run, open }: { id: string; run: NonNullable<Judged["run"]>; open: string | null }) {
  const checks = useRun(id, run);
  const { data, error, isPending, refetch } = checks;
  if (isPending) return <Skeleton height={48} count={Math.min(run.count, 4)} />;
  if (error && !data) return <Fault error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <ol className={styles.inner}>
        {data.pages
          .flatMap(({ items }) => items)
          .map((judged) => (
            <li key={judged.at}>
              <CheckLine judged={judged} isMarked={contains(judged, open)} withDay />
            </li>
          ))}
      </ol>
      <More of={checks} />
    </>
  );
}

function CheckLine({ judged, isMarked, withDay = false }: { judged: Judged; isMarked: boolean; withDay?: boolean }) {
  const words = useWords();
  const format = useFormat();
  const { at, decision, status } = judged;
  const told = "fired" in decision;
  const isGone = status === "ghost" || (!told && decision.silent === "ghost");
  return (
    <div className={`${styles.line} ${isMarked ? styles.marked : ""}`}>
      <time dateTime={at} title={format.moment(at)}>
        {withDay && `${format.shortDay(format.dayOf(at))}, `}
        {format.time(at)}
      </time>
      <span className={styles.price}>{isGone ? <s>{pricesOf(judged, format)}</s> : pricesOf(judged, format)}</span>
      <span className={styles.because}>
        <Tag tone={told ? "low" : "plain"}>{told ? words.why.told : words.why.silent}</Tag>{" "}
        {explain(judged, words, format)}
      </span>
      {judged.alert && <Fate of={judged.alert} />}
    </div>
  );
}
