import { setTimeout as wait } from "node:timers/promises";
import { type Context, living } from "./context.ts";

/** As long as a tick may take here (ms): the sweep's own rest of 30 s included. */
const life = 60_000;

/** EventBridge's part: calls `tick` `every` so many milliseconds after the last call has ended, whether well or not. */
export function startClock(
  tick: (event: object, context: Context) => Promise<unknown>,
  every: number,
): { stop: () => Promise<void> } {
  const stopped = new AbortController();
  const run = async () => {
    while (!stopped.signal.aborted) {
      await tick({}, living(life)).catch((error: unknown) => console.error("A tick of the clock failed:", error));
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
