import { type ReactNode, useEffect, useState } from "react";
import type { Money } from "../words/format.ts";
import { useFormat, useWords } from "../words/words.tsx";
import styles from "./Show.module.css";

/** A price in the reader's format. */
export function Price({ of, big = false }: { of: Money; big?: boolean }) {
  const format = useFormat();
  return (
    <data value={`${of.amount} ${of.currency}`} className={big ? styles.bigPrice : styles.price}>
      {format.money(of)}
    </data>
  );
}

/** How long ago, or in how long; the full moment in the reader's zone stands in its title. */
export function Moment({ at }: { at: string }) {
  const format = useFormat();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={format.moment(at)}>
      {format.age(at)}
    </time>
  );
}

/** A word that says of a price or a watch what it is; never by colour alone. */
export function Tag({
  tone = "plain",
  children,
}: {
  tone?: "plain" | "low" | "typical" | "high" | "accent";
  children: ReactNode;
}) {
  return <span className={`${styles.tag} ${styles[tone]}`}>{children}</span>;
}

export function SimulatedTag() {
  const words = useWords();
  return (
    <span title={words.simulatedNote}>
      <Tag>{words.simulated}</Tag>
    </span>
  );
}

/** Room of the height that the content will have; shown after 300 ms, so that a quick answer does not flicker. */
export function Skeleton({ height, count = 1 }: { height: number; count?: number }) {
  const words = useWords();
  return (
    <div role="status" className={styles.skeletons}>
      <span className="hidden">{words.loading}</span>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className={styles.skeleton} style={{ blockSize: `${height}px` }} />
      ))}
    </div>
  );
}
