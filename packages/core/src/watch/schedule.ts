import { setTimeout } from "node:timers/promises";
import { type Fragment, sql } from "../base/db.ts";
import { newId } from "../base/id.ts";
import { describeError, logger } from "../base/log.ts";
import { isBasket, lockLinking, matchesAsked, matchesQuestion, maxPriceAge } from "../fare.ts";
import type { Criteria } from "../flight.ts";
import type { Plan } from "./plan.ts";

/** How often, and after how many milliseconds, fares are tried again that a sweep was settling. */
const lockRetry = { times: 20, wait: 50 };

/** The condition that this transaction has written the watch: it may have been refused, or have existed before. */
export function isWritten(id: string): Fragment {
  return sql`exists (
             select
               from price_watches
              where price_watches.id = ${id}
                and price_watches.xmin = pg_current_xact_id()::xid
           )`;
}

/** The condition on a table `fares` that selects the row which a plan's watch refers to. */
export function isFareOf({ basket, fares: [fare] }: Plan): Fragment {
  return basket === null ? matchesQuestion(fare!) : sql`fares.basket = ${basket}`;
}

/**
 * Statements of the transaction that writes the watch: they insert its fares that do not exist yet, and its basket. The
 * trigger `add_fare_key` leaves out those that exist.
 * Inserts fares in one global order, so that concurrent creates cannot deadlock, and locks no row that a sweep needs: a
 * create waits only for another create of the same fares. Ids are in that order too, because of several fares at the
 * same price the one with the lowest id counts.
 */
export function insertFares(id: string, { fares, basket }: Plan, at: Date): Fragment[] {
  const [{ cabin, maxStops, adults, childAges, infants, currency }] = fares as [Criteria];
  const same = sql`${cabin}, ${maxStops}::smallint, ${adults}::smallint, ${childAges}::smallint[], ${infants}::smallint, ${currency}`;
  const asked = sql`
             unnest(
               ${fares.map(() => newId("far", at)).sort()}::text[],
               ${fares.map((fare) => fare.origin)}::text[],
               ${fares.map((fare) => fare.destination)}::text[],
               ${fares.map((fare) => fare.departureDate)}::date[],
               ${fares.map((fare) => fare.returnDate)}::date[]
             ) as asked (id, origin, destination, departure_date, return_date)`;
  const added = sql`
    insert into fares
      (id, origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency,
       due_at, due_because, created_at)
    select asked.*,
           ${same},
           ${at}::timestamptz,
           'new',
           ${at}::timestamptz
      from ${asked}
     where ${isWritten(id)}
     order by asked.origin, asked.destination, asked.departure_date, asked.return_date`;
  if (basket === null) return [lockLinking(), added];
  return [
    lockLinking(),
    added,
    sql`
    insert into fares (id, basket, cabin, max_stops, adults, child_ages, infants, currency, created_at)
    select ${newId("far", at)}, ${basket}, ${same}, ${at}::timestamptz
     where ${isWritten(id)}`,
    sql`
    insert into basket_fares (basket_id, fare_id)
    select baskets.id,
           fares.id
      from fares as baskets
     cross join ${asked}
      join fares
        on ${matchesAsked(fares[0]!)}
     where baskets.basket = ${basket}
       and ${isWritten(id)}
     order by fares.id
    on conflict do nothing`,
  ];
}

/**
 * Statements that follow once the watch refers to its fare or basket: they make its fares due soon and mark a basket
 * that has prices. A settling sweep locks baskets before fares; of several fares, those that are locked are skipped and
 * returned, for `retryLocked`.
 */
export function scheduleFares(id: string, isBasket: boolean, at: Date): Fragment[] {
  const fares = sql`
      select fares.id
        from watch_fares
        left join basket_fares on basket_fares.basket_id = watch_fares.fare_id
        join fares on fares.id = coalesce(basket_fares.fare_id, watch_fares.fare_id)
       where watch_fares.watch_id = ${id}
         and watch_fares.live
         and fares.xmin <> pg_current_xact_id()::xid
         and ${isWritten(id)}`;
  return isBasket
    ? [invalidateBasket(id, at), scheduleUnlocked(fares, at, sql`skip locked`)]
    : [scheduleUnlocked(fares, at, sql``)];
}

/** Marks the watch's basket: a worker that is judging it does not know this watch, or knows an older version of it. */
export function invalidateBasket(id: string, at: Date): Fragment {
  return sql`
    update fares
       set due_at = least(fares.due_at, ${at}::timestamptz),
           claimed_until = null,
           fence = fares.fence + 1,
           near = null
      from watch_fares
     where watch_fares.watch_id = ${id}
       and watch_fares.live
       and fares.id = watch_fares.fare_id
       and ${isBasket}
       and ${isWritten(id)}
       and exists (
             select
               from basket_fares
              where basket_fares.basket_id = fares.id
                and basket_fares.priced_at > ${new Date(at.getTime() - maxPriceAge)}::timestamptz
           )`;
}

function scheduleUnlocked(ids: Fragment, at: Date, locked: Fragment): Fragment {
  return sql`
    with asked as materialized (${ids}), free as materialized (
      select fares.id
        from fares
       where fares.id in (select asked.id from asked)
       order by fares.id
         for no key update ${locked}
    ), woken as (
      update fares
         set due_at = ${dueSoon(at)},
             due_because = case when fares.due_at <= ${dueSoon(at)} then fares.due_because else 'new' end,
             near = null
        from free
       where fares.id = free.id
    )
    select asked.id
      from asked
     where asked.id not in (select free.id from free)`;
}

/**
 * Makes fares due soon that a sweep was settling when the watch was written. The watch is written already, so a failure
 * is logged: these fares stay as they were due, and the repair of unscheduled fares finds those that were not.
 */
export async function retryLocked(rows: { id: string }[], at: Date): Promise<void> {
  let left = rows.map(({ id }) => id);
  try {
    for (let n = 0; left.length > 0 && n < lockRetry.times; n++) {
      await setTimeout(lockRetry.wait);
      left = (await scheduleUnlocked(sql`select unnest(${left}::text[]) as id`, at, sql`skip locked`)).map((row) =>
        String(row.id),
      );
    }
    if (left.length > 0) logger.warn("fares left as they were due", { fares: left.length });
  } catch (error) {
    logger.error("fares left as they were due", { fares: left.length, error: describeError(error) });
  }
}

/**
 * The due time of a fare that a user begins to watch at `at`: at once, but at least 30 seconds after its last check or
 * after a check that is under way.
 */
function dueSoon(at: Date) {
  return sql`
    case
      when fares.claimed_until is null or fares.claimed_until < now() then
        least(fares.due_at, greatest(${at}::timestamptz, fares.checked_at + interval '30 seconds'))
      else ${at}::timestamptz + interval '30 seconds'
    end`;
}
