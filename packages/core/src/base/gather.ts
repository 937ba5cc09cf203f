import { env } from "./env.ts";

/** How long work that can wait is gathered (ms), so that a serverless Postgres sleeps between. */
export const gatherMs = (): number => env.GATHER_MINUTES * 60_000;

/** From when on work that is there at `at` is done: the next full or half hour. */
export function gatheredFrom(at: Date): Date {
  const length = gatherMs();
  return length === 0 ? at : new Date((Math.floor(at.getTime() / length) + 1) * length);
}

/** The time between two ticks of the clocks that gather (stacks/). */
const tickMs = 300_000;

/**
 * Whether gathered work is done at `at`: in the first tick after each full or half hour, in which a sweep has woken
 * Postgres too. The clocks tick together, so that it is woken once.
 */
export function isGatherTime(at: Date): boolean {
  const length = gatherMs();
  return length === 0 || at.getTime() % length < tickMs;
}
