import { sql } from "./base/db.ts";
import { Problem } from "./base/error.ts";
import { lazy } from "./base/lazy.ts";
import type { Info } from "./watch/schema.ts";

export type { Expired } from "./watch/expire.ts";

import { readCurrent } from "./watch/current.ts";
import { missing } from "./watch/errors.ts";
import { selectWatch } from "./watch/select.ts";
import { type SelectedWatch, toInfo } from "./watch/shape.ts";

export { List, list } from "./watch/list.ts";
export {
  Compared,
  Covered,
  Day,
  Decisions,
  Judged,
  Lookback,
  Overview,
  Resolution,
  Series,
  Simulated,
  Standing,
} from "./watch/past/schema.ts";
export { RulesInfo as Rules } from "./watch/rules.ts";
export { Booked, Checked, Create, Info, Observation, Simulate, Snooze, Update, Usage } from "./watch/schema.ts";

/** What the importer of the old files needs to know of a watch: loaded by it alone. */
export const moving = async () => ({
  ...(await import("./watch/subject.ts")),
  planMoved: (await import("./watch/plan.ts")).planMoved,
});

export const create = lazy(async () => (await import("./watch/create.ts")).create);
export const update = lazy(async () => (await import("./watch/change.ts")).update);
export const pause = lazy(async () => (await import("./watch/lifecycle.ts")).pause);
export const resume = lazy(async () => (await import("./watch/lifecycle.ts")).resume);
export const resumeSilent = lazy(async () => (await import("./watch/lifecycle.ts")).resumeSilent);
export const snooze = lazy(async () => (await import("./watch/lifecycle.ts")).snooze);
export const unsnooze = lazy(async () => (await import("./watch/lifecycle.ts")).unsnooze);
export const markBooked = lazy(async () => (await import("./watch/lifecycle.ts")).markBooked);
export const adoptSource = lazy(async () => (await import("./watch/source.ts")).adoptSource);
export const quieten = lazy(async () => (await import("./watch/silent.ts")).quieten);
export const expire = lazy(async () => (await import("./watch/expire.ts")).expire);
export const history = lazy(async () => (await import("./watch/past/history.ts")).history);
export const decisions = lazy(async () => (await import("./watch/past/decisions.ts")).decisions);
export const overview = lazy(async () => (await import("./watch/past/overview.ts")).overview);
export const insight = lazy(async () => (await import("./watch/past/overview.ts")).insight);
export const usage = lazy(async () => (await import("./watch/usage.ts")).usage);
export const simulate = lazy(async () => (await import("./watch/past/simulate.ts")).simulate);

/** Returns a watch as it stands at `at`. @throws Problem `watch.missing` (also for another user's) */
export async function get(userId: string, id: string, at: Date): Promise<Info> {
  const [row] = await selectWatch(userId, id);
  return toInfo(row as SelectedWatch | undefined, at);
}

/** Deletes a watch and its alerts. @throws Problem `watch.missing` (also for another user's) */
export async function remove(userId: string, id: string): Promise<void> {
  const [row] = await sql`
    delete from price_watches
     where price_watches.id = ${id}
       and price_watches.user_id = ${userId}
    returning id`;
  if (!row) throw missing();
}

/**
 * Says why a watch cannot be checked at `at`: it is missing, has ended, was checked less than 10 minutes ago, or is
 * being checked.
 */
export async function checkRefusal(userId: string, id: string, at: Date): Promise<Problem> {
  const { ended, checkedAt, askedAt } = await readCurrent(userId, id);
  if (ended) return new Problem("conflict", "watch.ended", "This watch has ended.");
  const last = Math.max(checkedAt ?? 0, askedAt ?? 0);
  const wait = Math.ceil((last + 600_000 - at.getTime()) / 1000);
  return wait > 0
    ? new Problem("limit", "watch.checked", "This watch was checked less than ten minutes ago.", { retryAfter: wait })
    : new Problem("limit", "watch.busy", "This fare is being checked right now.", { retryAfter: 5 });
}
