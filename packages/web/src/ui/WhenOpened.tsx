import { type ReactNode, Suspense, useState } from "react";
import { useWords } from "../words/words.tsx";
import { Caught } from "./Caught.tsx";
import { Notice } from "./Notice.tsx";
import { Skeleton } from "./Show.tsx";
import styles from "./WhenOpened.module.css";

/** A part of a screen that is loaded, and asked for, when a person opens it. */
export function WhenOpened({
  title,
  start = false,
  children,
}: {
  title: string;
  start?: boolean;
  children: ReactNode;
}) {
  const { errors } = useWords();
  const [isOpen, setOpen] = useState(start);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        <h2>{title}</h2>
      </summary>
      {isOpen && (
        <Caught of="" fallback={<Notice tone="high">{errors.part}</Notice>}>
          <Suspense fallback={<Skeleton height={44} count={3} />}>{children}</Suspense>
        </Caught>
      )}
    </details>
  );
}
