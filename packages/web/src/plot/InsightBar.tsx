import type { InsightResult } from "../data/flights.ts";
import type { Overview } from "../data/watches.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./InsightBar.module.css";

const tones = { low: "low", typical: "typical", high: "high", "not enough data": "plain" } as const;

/** Whether a price is good: the answer in words, and where it lies between the lowest and the dearest. */
export function InsightBar({ insight }: { insight: InsightResult | Overview["insight"] }) {
  const { insight: words } = useWords();
  const format = useFormat();
  const { verdict, price, lowest, quartiles, rank, sample } = insight;
  const near = "best" in insight ? insight.best.within7Days : null;
  const isCheaper = near && (!price || Number(near.cheapest.amount) < Number(price.amount));
  const shown = price ? format.money(price) : "";
  const answer =
    verdict === "low"
      ? words.low(shown)
      : verdict === "high"
        ? words.high(shown)
        : verdict === "typical"
          ? words.typical(shown)
          : words.unknown;
  return (
    <div className={styles.insight}>
      <h2 className={`${styles.answer} ${styles[tones[verdict]]}`}>{answer}</h2>
      {price && lowest && quartiles && <Bar price={price} lowest={lowest} quartiles={quartiles} />}
      {lowest && quartiles ? (
        <p>
          {words.usually(format.money(quartiles.lower), format.money(quartiles.upper), format.money(lowest))}{" "}
          {rank !== null && words.rank(rank)}
        </p>
      ) : (
        <p>{words.seen(sample.observations)}</p>
      )}
      {quartiles && <p className={styles.sample}>{words.sample(sample.observations, sample.days, sample.of)}</p>}
      {isCheaper && (
        <p className={styles.sample}>
          {words.betterDays}: {words.better(format.day(near.date), format.money(near.cheapest))}
        </p>
      )}
    </div>
  );
}

type Amount = { amount: string; currency: string };

/** Decoration: the words beside it say all of it. */
function Bar({
  price,
  lowest,
  quartiles,
}: {
  price: Amount;
  lowest: Amount;
  quartiles: { lower: Amount; upper: Amount };
}) {
  const format = useFormat();
  const [now, low, lower, upper] = [price, lowest, quartiles.lower, quartiles.upper].map(({ amount }) =>
    Number(amount),
  ) as [number, number, number, number];
  const from = Math.min(low, now);
  /** Room for the dear side, though the highest price is not known. */
  const to = Math.max(upper + (upper - from) * 0.5, now);
  const place = (amount: number) => (to === from ? 50 : (100 * (amount - from)) / (to - from));
  return (
    <div className={styles.bar} aria-hidden="true">
      <div className={styles.pin} style={{ insetInlineStart: `clamp(2.2rem, ${place(now)}%, 100% - 2.2rem)` }}>
        {format.money(price)}
      </div>
      <div className={styles.track}>
        <div className={styles.cheap} style={{ inlineSize: `${place(lower)}%` }} />
        <div className={styles.usual} style={{ inlineSize: `${place(upper) - place(lower)}%` }} />
        <div className={styles.dear} />
        <div className={styles.dot} style={{ insetInlineStart: `${place(now)}%` }} />
      </div>
      <div className={styles.marks}>
        <span style={{ insetInlineStart: `${Math.min(place(lower), 70)}%` }}>{format.money(quartiles.lower)}</span>
        <span style={{ insetInlineStart: `${Math.max(place(upper), place(lower) + 22)}%` }}>
          {format.money(quartiles.upper)}
        </span>
      </div>
    </div>
  );
}
