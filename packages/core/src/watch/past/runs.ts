import { decodeCursor } from "../../base/page.ts";
import type { RuleName } from "../../rule.ts";
import type { Step } from "./replay.ts";

/** Checks in a row, newest first: one, or silent ones with the same status and reason. */
export type Run = [Step, ...Step[]];

/** How far a price (minor units) lies above the bound that it was nearest to. */
export type Nearest = { rule: RuleName; bound: number; above: number };

/** Of the bounds below a price the highest one; null for a check that alerted, without a price or without such a bound. */
export function nearestOf({ check: { price }, decision, bounds }: Step): Nearest | null {
  if (price === null || "fired" in decision) return null;
  const below = (Object.entries(bounds) as [RuleName, number | null][]).flatMap(([rule, bound]) =>
    bound !== null && bound > 0 && bound < price ? [{ rule, bound, above: price - bound }] : [],
  );
  return below.sort((one, other) => one.above - other.above)[0] ?? null;
}

/** Groups steps (newest first): an alert stands alone, and parts the silent checks before and after it. */
export function toRuns(steps: Step[], folds: boolean): Run[] {
  const runs: Run[] = [];
  let last: string | null = null;
  for (const step of steps) {
    const key = folds ? keyOf(step) : null;
    if (key !== null && key === last) runs.at(-1)!.push(step);
    else runs.push([step]);
    last = key;
  }
  return runs;
}

function keyOf({ check, decision }: Step): string | null {
  return "fired" in decision ? null : `${check.status} ${decision.silent}`;
}

/** Where a page begins: after a check, before one, at the one that contains a moment, or at the newest. */
export type Place = { after: number } | { before: number } | { around: number } | null;

/** @throws Problem `page.cursor` */
export function toPlace(cursor: string | undefined, around: Date | undefined): Place {
  const key = decodeCursor(cursor, /^>?\d{1,14}(\.\d{1,3})?$/);
  if (key?.startsWith(">")) return { before: Number(key.slice(1)) };
  if (key !== null) return { after: Number(key) };
  return around === undefined ? null : { around: around.getTime() };
}

const toCursor = (key: string) => Buffer.from(key).toString("base64url");

/** Cuts one page of at most `limit` runs, with cursors to those before (newer) and after (older) it. */
export function cutAt(
  runs: Run[],
  place: Place,
  limit: number,
): { items: Run[]; nextCursor: string | null; previousCursor: string | null } {
  const start = startOf(runs, place, limit);
  const end = start + limit;
  const items = runs.slice(start, end);
  const last = items.at(-1);
  return {
    items,
    nextCursor: last && end < runs.length ? toCursor(String(last.at(-1)!.check.at)) : null,
    previousCursor: start > 0 ? cursorBefore(items) : null,
  };
}

/** Leads to the page of runs before (newer than) these. */
export function cursorBefore([first]: Run[]): string | null {
  return first ? toCursor(`>${first[0].check.at}`) : null;
}

function startOf(runs: Run[], place: Place, limit: number): number {
  const indexOf = (isAt: (run: Run) => boolean) => {
    const found = runs.findIndex(isAt);
    return found === -1 ? runs.length : found;
  };
  if (place === null) return 0;
  if ("after" in place) return indexOf(([newest]) => newest.check.at < place.after);
  if ("before" in place) return Math.max(0, indexOf(([newest]) => newest.check.at <= place.before) - limit);
  // A moment of the API has whole milliseconds, a check also parts of them.
  const found = indexOf((run) => Math.floor(run.at(-1)!.check.at) <= place.around);
  return Math.max(0, Math.min(found, runs.length - 1) - Math.floor(limit / 2));
}
