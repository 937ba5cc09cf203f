import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef, useState } from "react";
import type { Day } from "../data/watches.ts";
import type { Money } from "../words/format.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { HistoryTable } from "./HistoryTable.tsx";
import { type Alert, type Band, drawn, type Point } from "./history.ts";
import styles from "./PriceHistory.module.css";
import { Shapes } from "./Shapes.tsx";
import { useWidth } from "./width.ts";

/** Pixels on a phone, and from this width on. */
const [low, high, wide] = [220, 300, 600];
/** How near (pixels) a finger must come to an alert to open it. */
const touch = 22;
const steps: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -7,
  PageUp: 7,
};

/**
 * The lowest price of each day as steps, with the span of the day, the usual band, the wanted price and the alerts. One
 * stop for the keyboard: the arrows move by a day, Page Up and Down by a week, Enter opens the day.
 */
export function PriceHistory({
  days,
  currency,
  target,
  band,
  alerts,
  changes,
  onOpen,
  onAlert,
}: {
  days: Day[];
  currency: string;
  target: Money | null;
  band: Band;
  alerts: Alert[];
  /** The moments at which the watch was changed. */
  changes: string[];
  onOpen: (day: string) => void;
  /** Opens an alert by its moment. */
  onAlert: (at: string) => void;
}) {
  const { watch: words, why } = useWords();
  const format = useFormat();
  const [chosen, choose] = useState<number | null>(null);
  const figure = useRef<HTMLDivElement>(null);
  const width = useWidth(figure);
  const size = { width, height: width < wide ? low : high };
  const { plot, points } = drawn(days, { currency, locale: format.locale, target, band, alerts, changes }, size);
  const last = points.length - 1;
  if (last < 0) return <p className={styles.empty}>{words.noHistory}</p>;
  const told = new Set(alerts.map(({ at }) => at.slice(0, 10)));
  const at = Math.min(chosen ?? last, last);
  const shown = points[at]!;
  const say = ({ day, low, high }: Point) => {
    const span = low.amount === high.amount ? format.money(low) : `${format.money(low)} – ${format.money(high)}`;
    return `${format.day(day)}: ${span}${told.has(day) ? `, ${why.told}` : ""}`;
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") return onOpen(shown.day);
    const to = event.key === "Home" ? 0 : event.key === "End" ? last : at + (steps[event.key] ?? Number.NaN);
    if (Number.isNaN(to)) return;
    event.preventDefault();
    choose(Math.max(0, Math.min(last, to)));
  };
  const onPoint = (event: PointerEvent) => {
    const box = figure.current?.getBoundingClientRect();
    if (!box) return;
    const place = ((event.clientX - box.left) / box.width) * size.width;
    const distance = (index: number) => Math.abs(points[index]!.x - place);
    choose(points.reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0));
  };
  const onClick = (event: MouseEvent) => {
    const box = figure.current?.getBoundingClientRect();
    if (!box) return;
    const [x, y] = [event.clientX - box.left, event.clientY - box.top].map((each) => (each / box.width) * size.width);
    const pressed = plot.alerts.findIndex((mark) => Math.hypot(mark.x - x!, mark.y + 8 - y!) < touch);
    const alert = alerts[pressed];
    if (alert) onAlert(alert.at);
  };
  return (
    <figure className={styles.figure}>
      <div
        ref={figure}
        className={styles.slider}
        role="slider"
        tabIndex={0}
        aria-label={words.history}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at}
        aria-valuetext={say(shown)}
        onKeyDown={onKey}
        onClick={onClick}
        onPointerDown={onPoint}
        onPointerMove={onPoint}
        onPointerLeave={(event) => event.pointerType === "mouse" && choose(null)}
      >
        <svg className={styles.plot} viewBox={`0 0 ${size.width} ${size.height}`} direction="ltr" aria-hidden="true">
          <Shapes plot={plot} />
          {chosen !== null && (
            <line className={styles.cursor} x1={shown.x} x2={shown.x} y1={plot.area.top} y2={plot.area.bottom} />
          )}
        </svg>
      </div>
      <figcaption className={styles.caption}>
        <output className={styles.shown}>{say(shown)}</output>
        <span className={styles.keys}>
          {target && (
            <span className={styles.keyTarget}>
              {words.target}: {format.money(target)}
            </span>
          )}
          {band && <span className={styles.keyBand}>{words.usual}</span>}
          {alerts.length > 0 && <span className={styles.keyAlert}>{why.told}</span>}
          {plot.ghosts.length > 0 && <span className={styles.keyGhost}>{words.ghost}</span>}
          {plot.changes.length > 0 && <span className={styles.keyChange}>{words.changed}</span>}
        </span>
      </figcaption>
      <HistoryTable days={days} told={told} />
    </figure>
  );
}
