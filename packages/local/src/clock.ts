import { setTimeout as wait } from "node:timers/promises";
import { type Context, contextFor } from "./context.ts";

/** The longest time (ms) that a handler may take here. It includes the sweep's own reserve of 30 s. */
const timeout = 60_000;

/**
 * Does the work of EventBridge: calls `handler`, waits `every` milliseconds after the call has ended, well or not, and
 * calls it again.
 */
export function startClock(
  handler: (event: object, context: Context) => Promise<unknown>,
  every: number,
): { stop: () => Promise<void> } {
  const stopped = new AbortController();
  const run = async () => {
    while (!stopped.signal.aborted) {
      await handler({}, contextFor(timeout)).catch((error: unknown) =>
        console.error("A tick of the clock failed:", error),
      );
      await wait(every, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}
