import { env } from "./env.ts";

/** How long work that can wait is gathered (ms), so that a serverless Postgres sleeps between. */
export const gatherMs = (): number => env.GATHER_MINUTES * 60_000;

/**
 * Whether what has waited since a moment (UTC ms) is to be done at `at`: once a full or half hour has come in between, so
 * that all of it is done in the same minutes.
 */
export function isGathered(since: number, at: Date): boolean {
  const length = gatherMs();
  return length === 0 || Math.floor(since / length) < Math.floor(at.getTime() / length);
}
