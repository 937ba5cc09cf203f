import { sql, transaction } from "../base/db.ts";
import * as Outbox from "../outbox.ts";
import { neverWakes } from "../rule.ts";
import { afterQuietHours } from "./quiet.ts";
import { bandColumns, pauseParts, recordChange } from "./rewrite.ts";

/**
 * `batch`: how many watches, and how many fares, one request covers. No new request starts after `within` milliseconds.
 */
export type Options = { batch?: number; within?: number };

/** How many watches ended and how many were paused. */
export type Expired = { ended: number; paused: number };

/**
 * Ends watches whose time is over at `at`, with a summary to their owners, and pauses, with a notice, those whose last
 * five checks since creation or resumption found nothing. Takes one request when there is nothing to do. Skips rows
 * that another transaction has locked and leaves them to the next run, so it may run twice, several times at once,
 * beside sweeps and edits, and be killed at any point.
 */
export async function expire(at: Date, { batch = 500, within = 10_000 }: Options = {}): Promise<Expired> {
  const until = Date.now() + within;
  const total: Expired = { ended: 0, paused: 0 };
  for (let more = true; more && Date.now() < until; ) {
    const { expired, empty } = await transaction({ expired: endExpired(at, batch), empty: pauseEmpty(at, batch) });
    const { watches: ends } = expired[0] as Count;
    const { watches: pauses, fares } = empty[0] as Count & { fares: number };
    total.ended += ends;
    total.paused += pauses;
    more = Math.max(ends, pauses, fares) === batch;
  }
  return total;
}

type Count = { watches: number };

/**
 * Locks the user's row together with the watch: a message that refers to the user could otherwise wait for a
 * transaction that deletes both. The statements after it name their rows by arrays, so that Postgres finds them by
 * index at any size.
 */
const lockExpiring = sql`
         for no key update of price_watches skip locked
         for key share of users skip locked`;

function endExpired(at: Date, limit: number) {
  return sql`
    with over as materialized (
      select price_watches.id,
             users.email,
             users.email_verified as proven,
             ${afterQuietHours(at)} as due_at
        from price_watches
        join users on users.id = price_watches.user_id
       where price_watches.ended_at is null
         and price_watches.ends_at <= ${at}::timestamptz
       order by price_watches.ends_at
       limit ${limit} ${lockExpiring}
    ), watch as (
      update price_watches
         set ended_at = ${at},
             ended_because = 'time',
             is_active = false,
             version = price_watches.version + 1,
             updated_at = ${at}
       where price_watches.id = any (array(select over.id from over))
      returning price_watches.*
    ), band as (
      update watch_fares
         set ${bandColumns(neverWakes)}
       where watch_fares.watch_id = any (array(select over.id from over))
      returning watch_fares.watch_id, watch_fares.fare_id
    ), noted as (${recordChange(at)}), told as (
      select watch.id || watch.version as key,
             watch.user_id,
             watch.channels,
             ${at}::timestamptz as at,
             over.email,
             over.proven,
             over.due_at,
             ${summaryData}
               || jsonb_build_object(
                    'endsOn', case when watch.ends_on < ${lastDeparture} then watch.ends_on end,
                    'currency', watch.currency,
                    'alerts', (select count(*) from alerts where alerts.watch_id = watch.id)
                  )
               || (
                    select jsonb_build_object('lowest', fares.lowest, 'highest', fares.highest)
                      from fares
                     where fares.id = band.fare_id
                  ) as data
        from watch
        join band on band.watch_id = watch.id
        join over on over.id = watch.id
    ), queued as (${Outbox.enqueueEach("watch_ended", sql`told`)})
    select count(*)::int as watches
      from watch`;
}

/**
 * A fare with five empty checks is read once more for each new empty check. When the first of the five concerns no
 * watch any more, it is removed from `empties`.
 */
function pauseEmpty(at: Date, limit: number) {
  return sql`
    with empty as materialized (
      select fares.id,
             fares.empties[1] as first
        from fares
       where cardinality(fares.empties) = 5
       order by fares.id
       limit ${limit}
         for no key update skip locked
    ), unwanted as materialized (
      select price_watches.id,
             users.email,
             users.email_verified as proven,
             ${afterQuietHours(at)} as due_at
        from ${hasEmptyFares}
        join users on users.id = price_watches.user_id
       limit ${limit} ${lockExpiring}
    ), ${pauseParts("empty", at)}, told as (
      select watch.id || watch.version as key,
             watch.user_id,
             watch.channels,
             ${at}::timestamptz as at,
             unwanted.email,
             unwanted.proven,
             unwanted.due_at,
             ${summaryData} as data
        from watch
        join unwanted on unwanted.id = watch.id
    ), queued as (${Outbox.enqueueEach("watch_paused", sql`told`)}), seen as (
      update fares
         set empties = fares.empties[2:]
       where fares.id = any (array(select empty.id from empty))
         and fares.id not in (
               select empty.id
                 from ${hasEmptyFares}
                where price_watches.id not in (select unwanted.id from unwanted)
             )
      returning fares.id
    )
    select (select count(*)::int from watch) as watches,
           (select count(*)::int from seen) as fares`;
}

/** The watches that existed at all five empty checks of a fare. */
const hasEmptyFares = sql`
             empty
        join watch_fares on watch_fares.fare_id = empty.id and watch_fares.live
        join price_watches
          on price_watches.id = watch_fares.watch_id
         and price_watches.is_active
         and price_watches.since <= empty.first`;

/** The data of a message about a watch, which is the statement's `watch`. */
export const summaryData = sql`
             jsonb_build_object(
               'watchId', watch.id,
               'origin', watch.origin_code,
               'destination', watch.destination_code,
               'departureDate', watch.departure_date,
               'returnDate', watch.return_date,
               'what', watch.what
             )`;

const lastDeparture = sql`
                      coalesce(
                        (
                          select max(fares.departure_date)
                            from basket_fares
                            join fares on fares.id = basket_fares.fare_id
                           where basket_fares.basket_id = band.fare_id
                        ),
                        watch.departure_date
                      )`;
