import styles from "./Qr.module.css";
import { qrOf } from "./qr.ts";

/** A QR code, dark on light also in the dark mode, or nothing where the text is too long for one. */
export function Qr({ text, label }: { text: string; label: string }) {
  const rows = qrOf(text);
  if (!rows) return null;
  const size = rows.length + 8;
  const path = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + 4} ${y + 4}h1v1h-1z` : ""))).join("");
  return (
    <svg
      className={styles.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect className={styles.light} width={size} height={size} />
      <path className={styles.dark} d={path} />
    </svg>
  );
}
