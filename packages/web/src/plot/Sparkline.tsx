import styles from "./Sparkline.module.css";
import { linear, padded } from "./scale.ts";

type Point = { day: string; price: { amount: string } };
const [width, height] = [96, 32];

/** The line of 30 days in a list: decoration beside the figures. */
export function Sparkline({ trend }: { trend: Point[] }) {
  if (trend.length < 2) return <span className={styles.none} aria-hidden="true" />;
  const prices = trend.map(({ price }) => Number(price.amount));
  const times = trend.map(({ day }) => Date.parse(day));
  const x = linear([times[0]!, times.at(-1)!], [2, width - 4]);
  const y = linear(padded(prices), [height - 3, 3]);
  const line = prices
    .map(
      (price, index) =>
        `${index === 0 ? "M" : "H"}${index === 0 ? `${x(times[0]!)} ${y(price)}` : `${x(times[index]!)}V${y(price)}`}`,
    )
    .join("");
  return (
    <svg className={styles.line} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path d={line} />
      <circle cx={x(times.at(-1)!)} cy={y(prices.at(-1)!)} r={2.5} />
    </svg>
  );
}
