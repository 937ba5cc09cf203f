import { isOutdated, isRefusal, isUnreachable, sql } from "./db.ts";
import { waitAtMost } from "./wait.ts";

/** A part of a batch; the work on it removes from `open` what is done. */
export type Part<T> = { open: T[] };

/**
 * `work` handles a part and may be repeated with what it left open. `giveUp` takes the items at fault, mostly one.
 * No part is divided after `until` (of `Date.now()`).
 */
export type Isolation<T> = {
  until: number;
  work: (part: Part<T>) => Promise<void>;
  giveUp: (items: T[], error: unknown) => Promise<void>;
};

/**
 * The most items at fault that one batch is divided for: more than that is a fault of the code, for which each of
 * thousands of items would take requests of its own.
 */
const maxFaults = 16;

/**
 * A part that takes too long is cut in more pieces than one that fails at once: each level costs 25 seconds, and three
 * levels of eight find one item among 500.
 */
const pieces = { failed: 2, slow: 8 };

/**
 * Works on a batch of which some items may be at fault. A part that fails by its own fault is halved until the item at
 * fault stands alone, which is given up; all others are worked on. What is left at `until` is given up together.
 * @throws the error when Postgres does not answer, when the schema is another one, or after 16 faults; then the rest of
 * the batch is left as it is
 */
export async function isolate<T>(items: T[], { until, work, giveUp }: Isolation<T>): Promise<void> {
  const parts: Part<T>[] = [{ open: items }];
  let faults = 0;
  for (let part = parts.pop(); part; part = parts.pop()) {
    try {
      await work(part);
    } catch (error) {
      if (faults >= maxFaults || !(await isOwnFault(error))) throw error;
      const { open } = part;
      if (open.length > 1 && Date.now() < until) {
        parts.push(...divide(open, isSlow(error) ? pieces.slow : pieces.failed));
      } else {
        faults++;
        await giveUp(open, error);
      }
    }
  }
}

/** Divides a list into at most `count` parts; the last comes first, because parts are taken from the end. */
function divide<T>(items: T[], count: number): Part<T>[] {
  const size = Math.ceil(items.length / count);
  const parts: Part<T>[] = [];
  for (let start = 0; start < items.length; start += size) parts.unshift({ open: items.slice(start, start + size) });
  return parts;
}

/** Returns whether a statement took longer than Postgres, or the driver's limit of 25 seconds, allows. */
export function isSlow(error: unknown): boolean {
  if (!isRefusal(error)) return false;
  return error.code === "57014" || error.sourceError?.name === "TimeoutError";
}

/** How long Postgres may take to show that it answers (milliseconds). */
const probeMs = 2_000;

/**
 * Returns whether a batch failed because of what is in it. A refused connection, a shutdown, a deadlock and another
 * schema are no fault of the batch. A time limit, and a refusal without a code of Postgres, may have either cause: then
 * Postgres is asked once whether it answers at all.
 */
async function isOwnFault(error: unknown): Promise<boolean> {
  if (!isRefusal(error)) return true;
  if (isOutdated(error) || error.code?.startsWith("40")) return false;
  if (isSlow(error) || (error.code === undefined && error.sourceError === undefined)) return answers();
  return !isUnreachable(error);
}

async function answers(): Promise<boolean> {
  return (await waitAtMost(probeMs, Promise.resolve(sql`select 1`))) !== undefined;
}
