import { Link } from "wouter";
import type { Names } from "../data/names.ts";
import type { Watch } from "../data/watches.ts";
import { Sparkline } from "../plot/Sparkline.tsx";
import { MovedMark } from "../ui/Moved.tsx";
import { Price, Tag } from "../ui/Show.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./Row.module.css";
import { daysOf, partyOf, routeOf } from "./subject.ts";

/** A watch in a list: its price now, how that has changed, and the next check. */
export function Row({ watch, names }: { watch: Watch; names: Names }) {
  const words = useWords();
  const format = useFormat();
  const { currentPrice, trend, state, nextCheckAt } = watch;
  return (
    <Link href={`/watches/${watch.id}`} className={styles.row}>
      <div className={styles.what}>
        <strong>{routeOf(watch, names)}</strong>
        <span>{daysOf(watch, words, format)}</span>
        <span className={styles.small}>
          {partyOf(watch, words)}
          {watch.fares > 1 && ` · ${words.watches.fares(watch.fares)}`}
        </span>
        <MovedMark of={watch.moved} />
      </div>
      <Sparkline trend={trend} />
      <div className={styles.price}>
        {currentPrice ? (
          <Price of={currentPrice} />
        ) : (
          <span>{watch.checkedAt ? words.watches.noFlight : words.watches.noPrice}</span>
        )}
        <span className={styles.small}>{sinceFirst(watch, words.watches, format)}</span>
        <Tag tone={state === "active" ? "accent" : "plain"}>{words.watches.states[state]}</Tag>
        {nextCheckAt && <span className={styles.small}>{words.watches.next(format.age(nextCheckAt))}</span>}
      </div>
    </Link>
  );
}

/**
 * The difference between the first price of the line and the present one. The line is of the fare, which others may
 * have watched before, so its first day is named.
 */
function sinceFirst(
  { trend, currentPrice }: Watch,
  words: ReturnType<typeof useWords>["watches"],
  format: ReturnType<typeof useFormat>,
) {
  const [first] = trend;
  if (!first?.price || !currentPrice || trend.length < 2) return "";
  const change = Number(currentPrice.amount) - Number(first.price.amount);
  const day = format.shortDay(first.day);
  if (change === 0) return words.unchanged(day);
  return words.since(format.change({ amount: String(change), currency: currentPrice.currency }), day);
}
