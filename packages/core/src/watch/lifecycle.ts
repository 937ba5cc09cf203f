import * as v from "valibot";
import { msPerDay } from "../base/day.ts";
import { sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { currentName, instantOf } from "../base/zone.ts";
import { withActive } from "./change.ts";
import { requireOngoing, rewrite } from "./rewrite.ts";
import { toPositiveMinor } from "./rules.ts";
import { Booked, type Info, maxSnoozeDays, Snooze } from "./schema.ts";
import { requireSold } from "./sold.ts";

/**
 * Pauses a watch: its fares are not priced for it until it is resumed. Pausing twice is the same as once.
 * @throws Problem `watch.missing` (also for another user's), `watch.ended`, `watch.busy`
 */
export function pause(userId: string, id: string, at: Date): Promise<Info> {
  return rewrite(userId, id, at, (before) => withActive(requireOngoing(before, at), false));
}

/**
 * Resumes a watch, whether its owner or the expiry paused it; its next check is soon. Five empty checks from now on
 * pause it again. One that was moved in is resumed when its days are sold.
 * @throws Problem `watch.missing` (also for another user's), `watch.ended`, `watch.unsold`, `watch.limit`, `watch.busy`
 */
export function resume(userId: string, id: string, at: Date): Promise<Info> {
  return rewrite(userId, id, at, async (before) => {
    const ongoing = requireOngoing(before, at);
    await requireSold(ongoing, at);
    return withActive(ongoing, true);
  });
}

/**
 * Resumes the watches of a person that paused because they were not seen, as far as their limit of active watches goes.
 * One that is changing right now is left paused, and so the caller may repeat it. @returns how many go on
 */
export async function resumeSilent(userId: string, at: Date): Promise<number> {
  const silent = await sql`
    select price_watches.id
      from price_watches
     where price_watches.user_id = ${userId}
       and price_watches.paused_because = 'silent'
       and price_watches.ended_at is null
     order by price_watches.id`;
  let resumed = 0;
  for (const { id } of silent) {
    try {
      await resume(userId, String(id), at);
      resumed++;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "watch.limit") break;
    }
  }
  return resumed;
}

/**
 * Keeps a watch from alerting for the time in `input` (a `Snooze`); its rules can be armed again meanwhile. A second
 * snooze replaces the first. A day begins by the clock of the owner's time zone, or of UTC when none is set.
 * @throws ValiError, Problem `watch.missing` (also for another user's), `watch.ended`, `watch.snooze` for a day that
 * has begun or is more than 90 days ahead, `watch.busy`
 */
export async function snooze(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const { days, until } = v.parse(Snooze, input);
  return rewrite(userId, id, at, (before) => {
    const zone = currentName(before.timeZone ?? "UTC") ?? "UTC";
    const wakes = until === undefined ? at.getTime() + (days ?? 0) * msPerDay : instantOf(zone, `${until}T00:00`);
    if (wakes > at.getTime() && wakes <= at.getTime() + maxSnoozeDays * msPerDay) {
      return { ...requireOngoing(before, at), snoozedUntil: wakes };
    }
    const detail = `must begin within the next ${maxSnoozeDays} days`;
    throw new Problem("input", "watch.snooze", "Nothing is snoozed until then.", {
      errors: [{ pointer: "/until", detail }],
    });
  });
}

/**
 * Ends a snooze: the next check may alert. Does nothing to a watch that is not snoozed.
 * @throws Problem `watch.missing` (also for another user's), `watch.ended`, `watch.busy`
 */
export function unsnooze(userId: string, id: string, at: Date): Promise<Info> {
  return rewrite(userId, id, at, (before) => ({ ...requireOngoing(before, at), snoozedUntil: null }));
}

/**
 * Records that the owner has booked: ends the watch, or, as `input` (a `Booked`) asks, keeps it with one rule that
 * alerts at any price below the price paid. A paused or snoozed watch stays paused or snoozed. Doing it twice is the
 * same as once.
 * @throws ValiError, Problem `watch.missing` (also for another user's), `watch.ended`, `watch.target` for an amount
 * that the currency does not have or that nothing is below, `watch.duplicate`, `watch.busy`
 */
export async function markBooked(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const { pricePaid, keepWatching = pricePaid !== undefined } = v.parse(Booked, input);
  return rewrite(userId, id, at, (before) => {
    const told = pricePaid === undefined ? null : toPositiveMinor(pricePaid, before.what.currency, "/pricePaid");
    const bookedPrice = told ?? before.bookedPrice;
    const again = before.endedBecause === "booked" && bookedPrice === before.bookedPrice;
    if (again && !keepWatching) return before;
    const watch = { ...requireOngoing(before, at), bookedPrice };
    if (!keepWatching) return { ...watch, isActive: false, ended: true, endedBecause: "booked" };
    return { ...watch, target: targetBelow(told), drop: null, newLow: false, routeLow: false };
  });
}

function targetBelow(paid: number | null): number {
  if (paid !== null && paid > 1) return paid - 1;
  const errors = [{ pointer: "/pricePaid", detail: "nothing is below it" }];
  throw new Problem("input", "watch.target", "The price does not fit the watch.", { errors });
}
