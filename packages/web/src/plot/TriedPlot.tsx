import { useRef } from "react";
import type { Simulated } from "../data/watches.ts";
import type { Money } from "../words/format.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { drawn } from "./history.ts";
import { Shapes } from "./Shapes.tsx";
import styles from "./TriedPlot.module.css";
import { useWidth } from "./width.ts";

const height = 180;

/** The recorded prices with the wanted one, and hollow triangles where it would have told: the list below says the same. */
export function TriedPlot({
  result: { days, alerts },
  currency,
  target,
}: {
  result: Simulated;
  currency: string;
  target: Money | null;
}) {
  const { rules: words } = useWords();
  const { locale } = useFormat();
  const frame = useRef<HTMLElement>(null);
  const width = useWidth(frame);
  const would = alerts.map(({ at, price }) => ({ at, price, kind: "would" as const }));
  const { plot } = drawn(
    days.map(({ date, low }) => ({ date, low, high: low })),
    { currency, locale, target, band: null, alerts: would },
    { width, height },
  );
  return (
    <figure ref={frame} className={styles.figure}>
      <svg viewBox={`0 0 ${width} ${height}`} direction="ltr" aria-hidden="true">
        <Shapes plot={plot} />
      </svg>
      {alerts.length > 0 && <figcaption className={styles.key}>{words.would}</figcaption>}
    </figure>
  );
}
