import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import type { Day } from "../data/watches.ts";
import type { Money } from "../words/format.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./PriceHistory.module.css";
import { daysBetween, linear, padded, type Step, stepPath, ticks } from "./scale.ts";

const [width, height] = [640, 240];
const margin = { top: 12, bottom: 26, end: 64, start: 6 };

type Band = { lower: Money; upper: Money } | null;

/**
 * The prices of the last days: steps, with the span of each day, the usual band, the wanted price and the alerts. One
 * stop for the keyboard; the arrows move by a day, Page Up and Down by a week, Enter opens the day.
 */
export function PriceHistory({
  days,
  currency,
  target,
  band,
  alerts,
  onOpen,
}: {
  days: Day[];
  currency: string;
  target: Money | null;
  band: Band;
  alerts: { at: string; price: Money }[];
  onOpen?: (day: string) => void;
}) {
  const { watch: words, why } = useWords();
  const format = useFormat();
  const steps = toSteps(days);
  const [chosen, choose] = useState<number | null>(null);
  const plot = useRef<SVGSVGElement>(null);
  if (steps.length === 0) return <p className={styles.empty}>{words.noHistory}</p>;
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const span = daysBetween(first.day, last.day) + 1;
  const right = width - margin.end;
  const x = (day: string) => margin.start + (daysBetween(first.day, day) / span) * (right - margin.start);
  const dayWidth = (right - margin.start) / span;
  const amounts = [target, band?.lower, band?.upper].flatMap((each) => (each ? [Number(each.amount)] : []));
  const domain = padded([...steps.flatMap(({ low, high }) => [low, high]), ...amounts]);
  const y = linear(domain, [height - margin.bottom, margin.top]);
  const money = (amount: number) => format.money({ amount: String(amount), currency });
  const toldOn = new Map(alerts.map((alert) => [alert.at.slice(0, 10), alert]));
  const at = chosen === null ? steps.length - 1 : Math.min(chosen, steps.length - 1);
  const shown = steps[at]!;
  const sayDay = ({ day, low, high }: Step) =>
    `${format.day(day)}: ${low === high ? money(low) : `${money(low)} – ${money(high)}`}${toldOn.has(day) ? `, ${why.told}` : ""}`;
  const move = (by: number) => choose(Math.max(0, Math.min(steps.length - 1, at + by)));
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -7, PageUp: 7, Home: -steps.length, End: steps.length }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      move(by);
    }
    if (event.key === "Enter") onOpen?.(shown.day);
  };
  const onPoint = (event: PointerEvent) => {
    const box = plot.current?.getBoundingClientRect();
    if (!box) return;
    const place = ((event.clientX - box.left) / box.width) * width;
    const near = steps.map(({ day }, index) => [Math.abs(x(day) + dayWidth / 2 - place), index] as const);
    choose(near.reduce((best, each) => (each[0] < best[0] ? each : best))[1]);
  };
  const marks = [...new Set([first.day, steps[Math.floor(steps.length / 2)]!.day, last.day])];
  return (
    <figure className={styles.figure}>
      <svg
        ref={plot}
        className={styles.plot}
        viewBox={`0 0 ${width} ${height}`}
        role="slider"
        tabIndex={0}
        aria-label={words.history}
        aria-valuemin={0}
        aria-valuemax={steps.length - 1}
        aria-valuenow={at}
        aria-valuetext={sayDay(shown)}
        onKeyDown={onKey}
        onPointerDown={onPoint}
        onPointerMove={onPoint}
        onPointerLeave={(event) => event.pointerType === "mouse" && choose(null)}
      >
        {band && (
          <rect
            className={styles.band}
            x={margin.start}
            width={right - margin.start}
            y={y(Number(band.upper.amount))}
            height={Math.max(1, y(Number(band.lower.amount)) - y(Number(band.upper.amount)))}
          />
        )}
        {ticks(...domain).map((tick) => (
          <g key={tick}>
            <line className={styles.grid} x1={margin.start} x2={right} y1={y(tick)} y2={y(tick)} />
            <text className={styles.label} x={right + 6} y={y(tick)} dominantBaseline="middle">
              {format.roundMoney({ amount: String(tick), currency })}
            </text>
          </g>
        ))}
        {steps.map(({ day, low, high }) => (
          <line
            key={day}
            className={styles.span}
            x1={x(day) + dayWidth / 2}
            x2={x(day) + dayWidth / 2}
            y1={y(low)}
            y2={y(high)}
            strokeWidth={Math.min(6, Math.max(1.5, dayWidth * 0.5))}
          />
        ))}
        <path className={styles.line} d={stepPath(steps, x, y, dayWidth)} />
        {target && (
          <line className={styles.target} x1={margin.start} x2={right} y1={y(Number(target.amount))} y2={y(Number(target.amount))} />
        )}
        {alerts
          .filter(({ at }) => at.slice(0, 10) >= first.day && at.slice(0, 10) <= last.day)
          .map((alert) => {
            const [left, top] = [x(alert.at.slice(0, 10)) + dayWidth / 2, Math.min(y(Number(alert.price.amount)) + 5, height - margin.bottom - 9)];
            return <path key={alert.at} className={styles.alert} d={`M${left} ${top}l6 10h-12z`} />;
          })}
        {chosen !== null && (
          <line className={styles.cursor} x1={x(shown.day) + dayWidth / 2} x2={x(shown.day) + dayWidth / 2} y1={margin.top} y2={height - margin.bottom} />
        )}
        {marks.map((day, index) => (
          <text
            key={day}
            className={styles.label}
            x={x(day) + dayWidth / 2}
            y={height - 8}
            textAnchor={index === 0 ? "start" : index === marks.length - 1 ? "end" : "middle"}
          >
            {format.shortDay(day)}
          </text>
        ))}
      </svg>
      <figcaption className={styles.caption}>
        <output className={styles.shown}>{sayDay(shown)}</output>
        <span className={styles.keys}>
          {target && <span className={styles.keyTarget}>{words.target}: {format.money(target)}</span>}
          {band && <span className={styles.keyBand}>{words.usual}</span>}
          {alerts.length > 0 && <span className={styles.keyAlert}>{why.told}</span>}
        </span>
      </figcaption>
      <Table days={days} told={new Set(toldOn.keys())} />
    </figure>
  );
}

function toSteps(days: Day[]): Step[] {
  return days
    .flatMap(({ date, low, high, last }) =>
      low && high && last ? [{ day: date, low: Number(low.amount), high: Number(high.amount), last: Number(last.amount) }] : [],
    )
    .sort((one, other) => one.day.localeCompare(other.day));
}

function Table({ days, told }: { days: Day[]; told: Set<string> }) {
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
