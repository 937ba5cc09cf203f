import type { drawn } from "./history.ts";
import styles from "./Shapes.module.css";

/** Half the width (pixels) of a day's label: nearer to the edge it would be cut off. */
const halfLabel = 24;

/** The shapes of a plot, for an SVG of its size. An alert that would have been is hollow. */
export function Shapes({ plot }: { plot: ReturnType<typeof drawn>["plot"] }) {
  const { left, right, bottom } = plot.area;
  return (
    <>
      {plot.usual && (
        <rect className={styles.band} x={left} width={right - left} y={plot.usual.y} height={plot.usual.height} />
      )}
      {plot.y.map(({ y, label }) => (
        <g key={label}>
          <line className={styles.grid} x1={left} x2={right} y1={y} y2={y} />
          <text className={styles.label} x={right + 6} y={y} dominantBaseline="middle">
            {label}
          </text>
        </g>
      ))}
      {plot.x.map(({ x, label }) => (
        <text
          key={label}
          className={styles.label}
          x={x}
          y={bottom + 18}
          textAnchor={x - left < halfLabel ? "start" : right - x < halfLabel ? "end" : "middle"}
        >
          {label}
        </text>
      ))}
      {plot.spans.map(({ x, width, y, height }) => (
        <rect key={x} className={styles.span} x={x} width={width} y={y} height={height} />
      ))}
      {plot.changes.map((x) => (
        <line key={x} className={styles.change} x1={x} x2={x} y1={plot.area.top} y2={bottom} />
      ))}
      <path className={styles.line} d={plot.line} />
      {plot.dots.map(({ x, y }) => (
        <circle key={x} className={styles.dot} cx={x} cy={y} r={3.5} />
      ))}
      {plot.target && (
        <>
          <line className={styles.target} x1={left} x2={right} y1={plot.target.y} y2={plot.target.y} />
          <text className={styles.targetLabel} x={left + 4} y={plot.target.y - 6}>
            {plot.target.label}
          </text>
        </>
      )}
      {plot.ghosts.map(({ x, y }) => (
        <path key={x} className={styles.ghost} d={`M${x - 4} ${y - 4}l8 8m0-8l-8 8`} />
      ))}
      {plot.alerts.map(({ x, y, kind }, index) => (
        <path
          key={index}
          className={kind === "would" ? styles.would : styles.alert}
          d={`M${x} ${Math.min(y + 4, bottom - 11)}l6 10h-12z`}
        />
      ))}
    </>
  );
}
