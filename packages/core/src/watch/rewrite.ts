import { sql } from "../db.ts";
import { Problem } from "../error.ts";
import * as Money from "../money.ts";
import { type Band, bandOf } from "./band.ts";
import { type RuleName, ruleNames } from "./decide.ts";
import { modeOf, pack, rulesOf, unpack } from "./row.ts";
import type { Info } from "./schema.ts";
import { type Before, once, one, read, type Shown, shaped, soon } from "./view.ts";

/**
 * Makes of one's own watch what `change` says, at `at`. That is decided on one reading and written only if nobody changed
 * the watch since; else it is read again. A rule with a new number, or switched on, begins a new epoch, armed, and is
 * judged at the next check, which is then soon, as is that of a watch that is resumed. Where nothing is different,
 * nothing is written.
 * @throws Problem `watch.missing` (also for another user's), `watch.duplicate`, `watch.busy`, and what `change` throws
 */
export async function rewrite(userId: string, id: string, at: Date, change: (before: Before) => Before): Promise<Info> {
  for (let tries = 0; tries < 5; tries++) {
    const before = await read(userId, id);
    const after = change(before);
    if (JSON.stringify(after) === JSON.stringify(before)) {
      const [row] = await one(userId, id);
      return shaped(row as Shown | undefined, at);
    }
    const [done = [], rows = []] = await once(sql.transaction([written(before, after, at), one(userId, id)]));
    if (done.length > 0) return shaped(rows[0] as Shown | undefined, at);
  }
  throw new Problem("conflict", "watch.busy", "This watch is changing right now.", { retryAfter: 1 });
}

/** The watch, if it goes on. @throws Problem `watch.ended`, also where only its time is over */
export function alive(before: Before, at: Date): Before {
  if (!before.ended && (before.endsAt === null || before.endsAt > at.getTime())) return before;
  throw new Problem("conflict", "watch.ended", "This watch has ended.");
}

/** The change, if the watch is still as it was read: its row, its band, its fares' next check and what is kept of it. */
function written(before: Before, after: Before, at: Date) {
  const anew = changed(before, after);
  const state = unpack(after.state);
  for (const rule of anew) {
    state.rules[rule] = { epoch: (state.rules[rule]?.epoch ?? 1) + 1, level: 1, trigger: null, since: null };
  }
  const band = bandOf(rulesOf(after), state, Money.exponent(after.currency), modeOf(after, at));
  const resumed = after.isActive && !before.isActive;
  return sql`
    with watch as (
      update price_watches
         set target_price = ${after.target},
             alert_threshold = ${after.drop}::numeric / 10000,
             new_low = ${after.newLow},
             route_low = ${after.routeLow},
             is_active = ${after.isActive},
             paused_because = ${after.pausedBecause},
             snoozed_until = to_timestamp(${after.snoozedUntil}::float8 / 1000),
             booked_price = ${after.bookedPrice},
             ended_at = ${after.ended ? at : null},
             ended_because = ${after.endedBecause},
             since = ${resumed ? sql`${at}` : sql`price_watches.since`},
             state = ${pack(state)}::jsonb,
             version = price_watches.version + 1,
             updated_at = ${at}
       where price_watches.id = ${after.id}
         and price_watches.version = ${before.version}
      returning price_watches.*
    ), band as (
      update watch_fares
         set ${banded(band)}
        from watch
       where watch_fares.watch_id = watch.id
      returning watch_fares.watch_id, watch_fares.fare_id
    ), woken as (
      update fares
         set due_at = ${soon(at)}
        from band
       where fares.id = band.fare_id
         and ${band.live && (resumed || anew.length > 0)}
    ), noted as (${note(at, anew)})
    select id
      from watch`;
}

/** The columns of `watch_fares`, as a band has them. */
export function banded(band: Band) {
  return sql`
             wake_below = ${band.below},
             wake_above = ${band.above},
             wake_drop = ${band.drop},
             wake_first = ${band.first},
             wake_new_low = ${band.newLow},
             wake_route_low = ${band.routeLow},
             live = ${band.live}`;
}

/**
 * What each watch that the statement's `watch` has is from now on, with the last check of its fare, which is in `band`,
 * that this comes too late for.
 */
export function note(at: Date, anew: RuleName[] = []) {
  return sql`
      insert into watch_changes
        (watch_id, version, at, after, fare_id, series, what, target_price, alert_threshold, new_low, route_low,
         is_active, snoozed_until, anew)
      select watch.id,
             watch.version,
             ${at},
             (select fares.checked_at from fares where fares.id = band.fare_id),
             band.fare_id,
             watch.series,
             watch.what,
             watch.target_price,
             watch.alert_threshold,
             watch.new_low,
             watch.route_low,
             watch.is_active,
             watch.snoozed_until,
             ${anew}::text[]
        from watch
        join band on band.watch_id = watch.id`;
}

/** The rules that have a new number or were switched on. */
function changed(before: Before, after: Before): RuleName[] {
  const isNew: Record<RuleName, boolean> = {
    target: after.target !== null && after.target !== before.target,
    drop: after.drop !== null && after.drop !== before.drop,
    new_low: after.newLow && !before.newLow,
    route_low: after.routeLow && !before.routeLow,
  };
  return ruleNames.filter((rule) => isNew[rule]);
}
