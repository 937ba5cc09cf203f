import { layOutRanges, type Ranges } from "@travel-conductor/core/plot";
import { useFormat } from "../words/words.tsx";
import styles from "./RangePlot.module.css";
import shapes from "./Shapes.module.css";

const size = { width: 640, height: 220 };

/** Ranges of prices beside each other: decoration, the table beside it says the same. */
export function RangePlot({ of: ranges }: { of: Ranges }) {
  const { locale } = useFormat();
  const { area, y, bars } = layOutRanges(ranges, { ...size, locale });
  return (
    <svg className={styles.plot} viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
      {y.map(({ y, label }) => (
        <g key={label}>
          <path className={shapes.grid} d={`M${area.left} ${y}H${area.right}`} />
          <text className={shapes.label} x={area.right + 6} y={y + 4}>
            {label}
          </text>
        </g>
      ))}
      {bars.map(({ x, width, y, height, median, middle, label }) => (
        <g key={label}>
          <rect className={styles.bar} x={x} y={y} width={width} height={height} />
          <path className={styles.median} d={`M${x} ${median}h${width}`} />
          <text className={shapes.label} x={middle} y={area.bottom + 18} textAnchor="middle">
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}
