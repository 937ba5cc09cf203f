import { type Fragment, sql, transaction } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Money from "../base/money.ts";
import type { Criteria } from "../flight.ts";
import {
  type Band,
  bandOf,
  initialState,
  modeOf,
  pack,
  type RuleName,
  ruleNames,
  rulesOf,
  type State,
  startEpoch,
  unpack,
} from "../rule.ts";
import { type CurrentWatch, readCurrent } from "./current.ts";
import { rejectDuplicate } from "./errors.ts";
import type { Plan } from "./plan.ts";
import { hasRoom, lockUser, type Peers, refusal, selectPeers } from "./quota.ts";
import { insertFares, invalidateBasket, isFareOf, isWritten, retryLocked, scheduleFares } from "./schedule.ts";
import type { Info } from "./schema.ts";
import { selectWatch } from "./select.ts";
import { type SelectedWatch, toInfo } from "./shape.ts";
import { toStored } from "./subject.ts";

/** The watch after a change, with a plan where its subject or its last day changed. */
export type ChangedWatch = CurrentWatch & { plan?: Plan };

/**
 * Applies `change` to a user's watch at `at`. The change is computed on one reading and written only if the watch has
 * not been changed since; otherwise the watch is read again. A rule that is new or has a new number starts a new epoch,
 * armed, and is judged at the next check, which is then soon, as it is for a resumed watch. A different subject starts
 * a new series, for which no alert was given yet. Writes nothing when nothing differs.
 * @throws Problem `watch.missing` (also for another user's), `watch.duplicate`, `watch.limit`, `watch.busy`, and what
 * `change` throws
 */
export async function rewrite(
  userId: string,
  id: string,
  at: Date,
  change: (before: CurrentWatch) => ChangedWatch | Promise<ChangedWatch>,
): Promise<Info> {
  for (let tries = 0; tries < 5; tries++) {
    const before = await readCurrent(userId, id);
    const after = await change(before);
    if (JSON.stringify(after) === JSON.stringify(before)) {
      const [row] = await selectWatch(userId, id);
      return toInfo(row as SelectedWatch | undefined, at);
    }
    const statements = { ...statementsFor(userId, before, after, at), watch: selectWatch(userId, id) };
    const { written, locked, watch } = await rejectDuplicate(transaction(statements));
    const { isWritten, isSame, ...others } = written[0] as Peers & { isWritten: boolean; isSame: boolean };
    if (isWritten) {
      await retryLocked(locked as { id: string }[], at);
      return toInfo(watch[0] as SelectedWatch | undefined, at);
    }
    if (isSame) throw refusal(others);
  }
  throw new Problem("conflict", "watch.busy", "This watch is changing right now.", { retryAfter: 1 });
}

/** Returns the watch if it has not ended. @throws Problem `watch.ended`, also when only its time is over */
export function requireOngoing(before: CurrentWatch, at: Date): CurrentWatch {
  if (!before.ended && (before.endsAt === null || before.endsAt > at.getTime())) return before;
  throw new Problem("conflict", "watch.ended", "This watch has ended.");
}

/**
 * The statements that write the change, provided the watch is still as it was read and within the user's quota: its
 * row, its new fares, its band, the record of the change, and the next check of its fares. The user's row is locked
 * before the watch's, in the order that the deletion of an account uses.
 */
function statementsFor(userId: string, before: CurrentWatch, after: ChangedWatch, at: Date) {
  const { id, version } = before;
  const moved = after.plan && isOtherFare(before, after.plan) ? after.plan : undefined;
  const rules = rulesOf(after);
  const { state, anew } = stateOf(before, after, moved !== undefined);
  const band = bandOf(rules, state, Money.exponent(after.what.currency), modeOf(after, at));
  const isResumed = after.isActive && !before.isActive;
  const isCompared = moved !== undefined || JSON.stringify(rules) !== JSON.stringify(rulesOf(before));
  const isBasket = (moved ?? before).basket !== null;
  const isSoon = isResumed || moved !== undefined || (anew.length > 0 && !isBasket);
  return {
    lockedUser: lockUser(userId),
    lockedWatch: sql`
    select
      from price_watches
     where price_watches.id = ${id}
       for no key update`,
    written: sql`
    with found as (${selectPeers(userId, id, moved ? isFareOf(moved) : sql`fares.id = ${before.fareId}`, rules)}), peers as (
      select case when ${isResumed} then found.active else 0 end as active,
             0 as ongoing,
             0 as total,
             ${isCompared} and found.twin as twin
        from found
    ), watch as (
      update price_watches
         set ${fareColumns(moved?.fares[0] ?? before.first)},
             what = ${toStored(after.what)}::jsonb,
             series = price_watches.series + ${Number(moved !== undefined)},
             ends_on = ${after.endsOn},
             ends_at = to_timestamp(${after.endsAt}::float8 / 1000),
             target_price = ${after.target},
             alert_threshold = ${after.drop}::numeric / 10000,
             new_low = ${after.newLow},
             route_low = ${after.routeLow},
             channels = ${after.channels}::text[],
             is_active = ${after.isActive},
             paused_because = ${after.pausedBecause},
             snoozed_until = to_timestamp(${after.snoozedUntil}::float8 / 1000),
             booked_price = ${after.bookedPrice},
             ended_at = ${after.ended ? at : null},
             ended_because = ${after.endedBecause},
             since = case when ${isResumed || moved !== undefined} then ${at} else price_watches.since end,
             state = ${pack(state)}::jsonb,
             version = price_watches.version + 1,
             updated_at = ${at}
        from peers
       where price_watches.id = ${id}
         and price_watches.version = ${version}
         and ${hasRoom}
         and not peers.twin
      returning price_watches.id
    )
    select peers.*,
           exists (select from watch) as "isWritten",
           exists (select from price_watches where price_watches.id = ${id} and price_watches.version = ${version}) as "isSame"
      from peers`,
    fares: moved ? insertFares(id, moved, at) : [],
    recorded: isSameExceptChannels(before, after)
      ? []
      : sql`
    with watch as (
      select price_watches.*
        from price_watches
       where price_watches.id = ${id}
         and ${isWritten(id)}
    ), band as (
      update watch_fares
         set fare_id = ${moved ? sql`(select fares.id from fares where ${isFareOf(moved)})` : sql`watch_fares.fare_id`},
             ${bandColumns(band)}
        from watch
       where watch_fares.watch_id = watch.id
      returning watch_fares.watch_id, watch_fares.fare_id
    ) ${recordChange(at, sql`${anew}::text[]`)}`,
    trimmed: trimChanges(id),
    locked: isSoon ? scheduleFares(id, isBasket, at) : anew.length > 0 ? [invalidateBasket(id, at)] : [],
  };
}

/** The channels say where messages go: they are no part of what a watch looked for, which its history shows. */
function isSameExceptChannels(before: CurrentWatch, after: ChangedWatch): boolean {
  return JSON.stringify({ ...after, channels: null }) === JSON.stringify({ ...before, channels: null });
}

function fareColumns(fare: Criteria) {
  return sql`
             origin_code = ${fare.origin},
             destination_code = ${fare.destination},
             departure_date = ${fare.departureDate},
             return_date = ${fare.returnDate},
             class = ${fare.cabin},
             max_stops = ${fare.maxStops},
             adults = ${fare.adults},
             child_ages = ${fare.childAges}::smallint[],
             infants = ${fare.infants},
             currency = ${fare.currency}`;
}

function isOtherFare(before: CurrentWatch, { basket, fares: [fare] }: Plan): boolean {
  if (basket !== null || before.basket !== null) return basket !== before.basket;
  return JSON.stringify(fare) !== JSON.stringify(before.first);
}

/** A new series starts with fresh state, but no rule repeats an epoch that it has had before. */
function stateOf(before: CurrentWatch, after: CurrentWatch, isNew: boolean): { state: State; anew: RuleName[] } {
  const old = unpack(before.state);
  const had = (rule: RuleName) => isNew && old.rules[rule] !== undefined;
  const changes = rulesToArm(before, after);
  const anew = ruleNames.filter((rule) => changes.includes(rule) || had(rule));
  const state = isNew ? initialState : old;
  return { state: { ...state, rules: { ...state.rules, ...startEpoch(old.rules, anew) } }, anew };
}

/** The columns of `watch_fares` for a band. */
export function bandColumns(band: Band) {
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
 * The parts of a statement that pause the watches whose ids are in its part `unwanted`, and record that: `watch` has them
 * as they are then. The band of a paused watch stays: it is wider than needed, which is harmless.
 */
export function pauseParts(because: "empty" | "silent", at: Date): Fragment {
  return sql`
    watch as (
      update price_watches
         set is_active = false,
             paused_because = ${because},
             version = price_watches.version + 1,
             updated_at = ${at}
       where price_watches.id = any (array(select unwanted.id from unwanted))
      returning price_watches.*
    ), band as (
      update watch_fares
         set live = false
       where watch_fares.watch_id = any (array(select unwanted.id from unwanted))
      returning watch_fares.watch_id, watch_fares.fare_id
    ), noted as (${recordChange(at)})`;
}

/**
 * Records what each watch in the statement's `watch` is from now on, with the last check of its fare (in `band`), which
 * this change comes too late for. `anew` is an array of the rules that are armed anew; `source` and `since` are the
 * fare's unless the statement changes them.
 */
export function recordChange(
  at: Date,
  anew: Fragment = sql`'{}'::text[]`,
  { source, since }: { source: Fragment; since: Fragment } = {
    source: sql`fares.source`,
    since: sql`fares.source_since`,
  },
) {
  return sql`
      insert into watch_changes
        (watch_id, version, at, after, fare_id, series, what, target_price, alert_threshold, new_low, route_low,
         is_active, snoozed_until, anew, source, source_since)
      select watch.id,
             watch.version,
             ${at},
             fares.checked_at,
             band.fare_id,
             watch.series,
             watch.what,
             watch.target_price,
             watch.alert_threshold,
             watch.new_low,
             watch.route_low,
             watch.is_active,
             watch.snoozed_until,
             ${anew},
             ${source},
             ${since}
        from watch
        join band on band.watch_id = watch.id
        join fares on fares.id = band.fare_id`;
}

/** The most changes of a watch that are kept. */
const maxChanges = 500;

/**
 * Deletes all but the newest 500 changes of a watch, after one was recorded: the explanations of its checks, and its
 * earlier series, reach back that far.
 */
function trimChanges(id: string) {
  return sql`
    delete from watch_changes
     where watch_changes.watch_id = ${id}
       and watch_changes.version <= (
             select kept.version
               from watch_changes as kept
              where kept.watch_id = ${id}
              order by kept.version desc
             offset ${maxChanges}
              limit 1
           )
       and ${isWritten(id)}`;
}

/** The rules that are new or have a new number. */
function rulesToArm(before: CurrentWatch, after: CurrentWatch): RuleName[] {
  const isNew: Record<RuleName, boolean> = {
    target: after.target !== null && after.target !== before.target,
    drop: after.drop !== null && after.drop !== before.drop,
    new_low: after.newLow && !before.newLow,
    route_low: after.routeLow && !before.routeLow,
  };
  return ruleNames.filter((rule) => isNew[rule]);
}
