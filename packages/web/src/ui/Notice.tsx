import { type ReactNode, useEffect, useState } from "react";
import { Failed } from "../api/http.ts";
import { isGiven } from "../data/proof.ts";
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
  const left = useSecondsLeft(error);
  const id = error instanceof Failed ? error.problem?.requestId : undefined;
  const status = error instanceof Failed ? error.problem?.status : undefined;
  const lacksFactor = error instanceof Failed && error.code === "factor.required";
  return (
    <div role="alert" className={`${styles.notice} ${styles.high}`}>
      <p>{text}</p>
      {left !== null && left <= mostCounted && (
        // Its role says that changes are not to be read out: the whole text was, when it came.
        <p role="timer" className={styles.small}>
          {left > 0 ? words.errors.left(left) : words.errors.now}
        </p>
      )}
      {id !== undefined && (status === undefined || status >= 500) && (
        <p className={styles.small}>{words.errors.id(id)}</p>
      )}
      {lacksFactor && <Button onClick={() => void giveFactor()}>{words.errors.giveFactor}</Button>}
      {onRetry && !lacksFactor && (
        <Button onClick={onRetry} disabled={left !== null && left > 0}>
          {words.retry}
        </Button>
      )}
    </div>
  );
}

/** A longer wait (seconds) is not counted down. */
const mostCounted = 900;

/** Asks for a second factor, then again for all that is on the screen. */
async function giveFactor(): Promise<void> {
  if (!(await isGiven("factor"))) return;
  const { client } = await import("../api/client.ts");
  await client.invalidateQueries();
}

/** The seconds until the API may be asked again, counted down to 0; null where it did not say so. */
function useSecondsLeft(error: unknown): number | null {
  const at = error instanceof Failed ? error.retryAt : null;
  const [now, setNow] = useState(() => performance.now());
  const left = at === null ? null : Math.max(0, Math.ceil((at - now) / 1_000));
  const counts = left !== null && left > 0;
  useEffect(() => {
    if (!counts) return;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, [counts, at]);
  return left;
}

export function useFaultText(): (error: unknown) => string {
  const { errors } = useWords();
  return (error) => {
    if (!(error instanceof Failed)) return errors.unknown;
    if (error.problem === null) return errors.cut;
    if (error.retryAfter !== null && error.problem.status === 429)
      return errors.codes[error.code] ?? errors.wait(error.retryAfter);
    if (error.code === "session.missing") return errors.session;
    if (error.problem.status >= 500) return errors.codes[error.code] ?? errors.server;
    return errors.codes[error.code] ?? error.problem.detail ?? error.problem.title;
  };
}
