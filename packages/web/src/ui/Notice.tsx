import type { ReactNode } from "react";
import { Failed } from "../api/http.ts";
import { useWords } from "../words/words.tsx";
import { Button } from "./Button.tsx";
import styles from "./Notice.module.css";

type Tone = "plain" | "low" | "typical" | "high";

export function Notice({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <div className={`${styles.notice} ${styles[tone]}`}>{children}</div>;
}

/** Says what a screen will show and the one thing to do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What went wrong, in the reader's language where the code is known, and what to do. */
export function Fault({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const text = useFaultText()(error);
  const words = useWords();
  const id = error instanceof Failed ? error.problem?.requestId : undefined;
  const status = error instanceof Failed ? error.problem?.status : undefined;
  return (
    <div role="alert" className={`${styles.notice} ${styles.high}`}>
      <p>{text}</p>
      {id !== undefined && (status === undefined || status >= 500) && (
        <p className={styles.small}>{words.errors.id(id)}</p>
      )}
      {onRetry && <Button onClick={onRetry}>{words.retry}</Button>}
    </div>
  );
}

export function useFaultText(): (error: unknown) => string {
  const { errors } = useWords();
  return (error) => {
    if (!(error instanceof Failed)) return errors.unknown;
    if (error.problem === null) return errors.offline;
    if (error.retryAfter !== null && error.problem.status === 429) return errors.wait(error.retryAfter);
    if (error.code === "session.missing") return errors.session;
    return errors.codes[error.code] ?? error.problem.detail ?? error.problem.title;
  };
}
