import { setTimeout } from "node:timers/promises";

/** Waits for a result for `limitMs` milliseconds at most. Undefined if it fails or is late. */
export async function waitAtMost<T>(limitMs: number, result: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const late = setTimeout(limitMs, undefined, { signal: timer.signal }).catch(() => undefined);
  return Promise.race([result.catch(() => undefined), late]).finally(() => timer.abort());
}
