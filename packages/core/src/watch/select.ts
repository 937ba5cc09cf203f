import { sql, utc, violatedConstraint } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Money from "../base/money.ts";
import type { Criteria } from "../flight.ts";
import { columns, modeOf, type Row } from "../rule.ts";
import type { Info } from "./schema.ts";
import { fromStored, type StoredSubject, type Subject } from "./subject.ts";

type Amounts = "targetPrice" | "currentPrice" | "lowestPrice" | "highestPrice" | "bookedPrice";

/** A watch as SQL returns it: amounts in minor units. */
export type SelectedWatch = Omit<Info, Amounts | keyof Subject | "state" | "nextCheckBecause"> &
  StoredSubject & { [A in Amounts]: number | null } & {
    next: { because: keyof typeof reasons; departureDate: string; checkedAt: string | null } | null;
  };

/** The subject's columns: the first fare, and the rest of the subject. */
const subjectColumns = sql`
           price_watches.origin_code as origin,
           price_watches.destination_code as destination,
           price_watches.departure_date::text as "departureDate",
           price_watches.return_date::text as "returnDate",
           price_watches.what,
           price_watches.adults,
           price_watches.child_ages as "childAges",
           price_watches.infants,
           price_watches.class as cabin,
           price_watches.max_stops as "maxStops",
           price_watches.currency,
           price_watches.ends_on::text as "endsOn"`;

/**
 * Selects watches with their fare, or with their basket and its fares: `next` is the fare that is priced first,
 * `cheapest` the fare whose price it is. A `where` clause must follow. Each `offset 0` makes Postgres find the rows by
 * index for these watches alone; without it the planner reads the baskets of all fares.
 */
export const selectWatches = sql`
    select price_watches.id,
           ${subjectColumns},
           price_watches.target_price::float8 as "targetPrice",
           price_watches.alert_threshold::float8 as "alertThreshold",
           json_build_object('newLow', price_watches.new_low, 'routeLow', price_watches.route_low) as rules,
           parts.count as fares,
           price_watches.is_active as "isActive",
           ${utc(sql`price_watches.snoozed_until`)} as "snoozedUntil",
           price_watches.paused_because as "pausedBecause",
           ${utc(sql`price_watches.ends_at`)} as "endsAt",
           ${utc(sql`price_watches.ended_at`)} as "endedAt",
           price_watches.booked_price::float8 as "bookedPrice",
           price_watches.series,
           fares.price::float8 as "currentPrice",
           case
             when fares.price is not null and cheapest.id is not null then
               json_build_object(
                 'origin', cheapest.origin,
                 'destination', cheapest.destination,
                 'departureDate', cheapest.departure_date,
                 'returnDate', cheapest.return_date
               )
           end as cheapest,
           fares.lowest::float8 as "lowestPrice",
           fares.highest::float8 as "highestPrice",
           ${utc(sql`fares.checked_at`)} as "checkedAt",
           ${utc(sql`next.due_at`)} as "nextCheckAt",
           case
             when next.due_because is not null and next.due_at is not null then
               json_build_object(
                 'because', next.due_because,
                 'departureDate', next.departure_date,
                 'checkedAt', ${utc(sql`next.checked_at`)}
               )
           end as next,
           ${utc(sql`price_watches.created_at`)} as "createdAt"
      from price_watches
     cross join lateral (
             select watch_fares.fare_id,
                    watch_fares.live
               from watch_fares
              where watch_fares.watch_id = price_watches.id
             offset 0
           ) as watch_fares
     cross join lateral (
             select fares.id,
                    fares.basket,
                    fares.price,
                    fares.lowest,
                    fares.highest,
                    fares.checked_at
               from fares
              where fares.id = watch_fares.fare_id
             offset 0
           ) as fares
     cross join lateral (
             select case when fares.basket is null then 1 else count(*)::int end as count,
                    case
                      when fares.basket is null then fares.id
                      else (array_agg(part.id order by part.due_at, part.id) filter (where part.due_at is not null))[1]
                    end as next_id,
                    case
                      when fares.basket is null then fares.id
                      else (
                             array_agg(part.id order by basket_fares.price <> fares.price, basket_fares.price, part.id)
                               filter (where basket_fares.price is not null)
                           )[1]
                    end as cheapest_id
               from basket_fares
              cross join lateral (
                      select part.id,
                             part.due_at
                        from fares as part
                       where part.id = basket_fares.fare_id
                      offset 0
                    ) as part
              where basket_fares.basket_id = fares.id
           ) as parts
      left join fares as cheapest on cheapest.id = parts.cheapest_id
      left join fares as next on next.id = parts.next_id and watch_fares.live`;

export function selectWatch(userId: string, id: string) {
  return sql`
    ${selectWatches}
     where price_watches.id = ${id}
       and price_watches.user_id = ${userId}`;
}

/** @throws Problem `watch.missing` when there is no row */
export function toInfo(row: SelectedWatch | undefined, at: Date): Info {
  if (!row) throw missing();
  const { what: _, next, ...rest } = row;
  const show = (amount: number | null) => (amount === null ? null : Money.toInfo(amount, row.currency));
  const over = rest.endsAt !== null && Date.parse(rest.endsAt) <= at.getTime();
  const snoozedUntil = rest.snoozedUntil === null ? null : Date.parse(rest.snoozedUntil);
  return {
    ...rest,
    ...fromStored(row),
    targetPrice: show(row.targetPrice),
    currentPrice: show(row.currentPrice),
    lowestPrice: show(row.lowestPrice),
    highestPrice: show(row.highestPrice),
    bookedPrice: show(row.bookedPrice),
    state: modeOf({ isActive: rest.isActive, ended: rest.endedAt !== null || over, snoozedUntil }, at),
    nextCheckBecause: next && { code: next.because, detail: reasons[next.because](next, at) },
  };
}

/** Why the next check is when it is, as text for users. Days are counted as the cadence counts them. */
const reasons = {
  new: () => "because somebody has begun to watch it",
  departure: (next: { departureDate: string; checkedAt: string | null }, at: Date) => {
    const counted = Date.parse(next.checkedAt ?? at.toISOString());
    const days = (Date.parse(`${next.departureDate}T00:00:00Z`) - counted) / 86_400_000;
    const span = days > 90 ? "more than 90" : days > 30 ? "31 to 90" : days > 7 ? "8 to 30" : "at most 7";
    return `because departure is ${span} days away`;
  },
  trigger: () => "because the price is close to one that would be told",
  failure: () => "because the last check brought no answer",
  limit: () => "because no more could be asked at the last check",
};

/**
 * The due time of a fare that a user begins to watch at `at`: at once, but at least 30 seconds after its last check or
 * after a check that is under way.
 */
export function dueSoon(at: Date) {
  return sql`
    case
      when fares.claimed_until is null or fares.claimed_until < now() then
        least(fares.due_at, greatest(${at}::timestamptz, fares.checked_at + interval '30 seconds'))
      else ${at}::timestamptz + interval '30 seconds'
    end`;
}

/** @throws Problem `watch.duplicate` when the user already has a watch with the same subject and rules */
export async function rejectDuplicate<T>(written: Promise<T>): Promise<T> {
  return written.catch((error: unknown) => {
    if (violatedConstraint(error) !== "watch_is_not_a_duplicate") throw error;
    throw duplicate();
  });
}

export function duplicate(): Problem {
  return new Problem("conflict", "watch.duplicate", "You already watch exactly this.");
}

export function missing(): Problem {
  return new Problem("missing", "watch.missing", "There is no such watch.");
}

/** The reading that a change is based on; amounts in minor units, instants in UTC milliseconds. */
export type CurrentWatch = Row & {
  what: Subject;
  /** The first of its fares. */
  first: Criteria;
  fareId: string;
  /** The text that identifies its basket; null when one fare is watched. */
  basket: string | null;
  endsOn: string | null;
  endsAt: number | null;
  pausedBecause: Info["pausedBecause"];
  endedBecause: "booked" | "time" | null;
  bookedPrice: number | null;
  /** As the owner set it. */
  timeZone: string | null;
  checkedAt: number | null;
};

/** @throws Problem `watch.missing` (also for another user's) */
export async function readCurrent(userId: string, id: string): Promise<CurrentWatch> {
  const [row] = await sql`
    select ${columns},
           ${subjectColumns},
           (extract(epoch from price_watches.ends_at) * 1000)::float8 as "endsAt",
           price_watches.paused_because as "pausedBecause",
           price_watches.ended_because as "endedBecause",
           price_watches.booked_price::float8 as "bookedPrice",
           (select users.time_zone from users where users.id = price_watches.user_id) as "timeZone",
           fares.id as "fareId",
           fares.basket,
           (extract(epoch from fares.checked_at) * 1000)::float8 as "checkedAt"
      from price_watches
      join watch_fares on watch_fares.watch_id = price_watches.id
      join fares on fares.id = watch_fares.fare_id
     where price_watches.id = ${id}
       and price_watches.user_id = ${userId}`;
  if (!row) throw missing();
  const found = row as CurrentWatch & StoredSubject;
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency } =
    found;
  const journey = { origin, destination, departureDate, returnDate };
  return {
    ...found,
    first: { ...journey, adults, childAges, infants, cabin, maxStops, currency },
    what: fromStored(found),
  };
}
