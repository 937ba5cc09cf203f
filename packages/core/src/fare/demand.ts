import { type Fragment, sql } from "../base/db.ts";
import { isFree, lockFree } from "../base/lease.ts";
import { type Claimed, claimRows, toClaimed } from "./claim.ts";
import { isFare, isOfSource } from "./match.ts";

/** The most fares of a basket that are searched for a check on demand. */
const maxOnDemand = 6;

/**
 * Claims the fares of a user's watch, due or not, except those checked in the 10 minutes before `at` or claimed by
 * another worker, and except those whose prices came from another source than `source`, until a sweep has started their
 * record anew; of many, those that were cheapest. Claims none where its owner had the watch checked in these 10
 * minutes, or is having it checked: it is locked first, so that of two requests at once one has it checked. A check that
 * died half way does not count once its leases have ended.
 */
export async function claimForWatch(userId: string, watchId: string, source: string, at: Date): Promise<Claimed[]> {
  const rows = await claimRows(
    at,
    sql`
      with own as materialized (
        select price_watches.id
          from price_watches
         where price_watches.id = ${watchId}
           and price_watches.user_id = ${userId}
           and price_watches.ended_at is null
           and not ${isAsked(at)}
           -- Of two at once the second waits for the lock, and then finds that the first has changed the row.
           and price_watches.asked_at is not distinct from (
                 select seen.asked_at from price_watches as seen where seen.id = ${watchId}
               )
           for no key update
      )
      select fares.id,
             fares.fence,
             true as watched,
             ${userId}::text as owner,
             (select users.email_verified from users where users.id = ${userId}) as proven,
             json_build_object('dueAt', fares.due_at, 'inBasket', basket_fares.basket_id is not null) as on_demand
        from own
        join watch_fares on watch_fares.watch_id = own.id
        left join basket_fares on basket_fares.basket_id = watch_fares.fare_id
        join fares on fares.id = coalesce(basket_fares.fare_id, watch_fares.fare_id)
       where ${isFare}
         and ${isFree("fares")}
         and ${isOfSource(source)}
         and (fares.checked_at is null or fares.checked_at <= ${at}::timestamptz - interval '10 minutes')
       order by basket_fares.price, fares.checked_at nulls first, fares.id
       limit ${maxOnDemand}
         ${lockFree("fares")}`,
    {
      also: watchId,
      more: sql`, due.on_demand as "onDemand"`,
      beside: sql`, noted as (
      update price_watches
         set asked_at = ${at}
       where price_watches.id = ${watchId}
         and exists (select from due)
    )`,
    },
  );
  return rows.map(toClaimed).filter((fare) => fare !== null);
}

/** The condition that a watch was checked on demand in the 10 minutes before `at`, or is being checked. */
function isAsked(at: Date): Fragment {
  return sql`(
             price_watches.asked_at is not null
             and price_watches.asked_at > ${at}::timestamptz - interval '10 minutes'
             and exists (
                   select
                     from watch_fares
                     left join basket_fares on basket_fares.basket_id = watch_fares.fare_id
                     join fares on fares.id = coalesce(basket_fares.fare_id, watch_fares.fare_id)
                    where watch_fares.watch_id = price_watches.id
                      and (fares.checked_at >= price_watches.asked_at or fares.claimed_until > now())
                 )
           )`;
}

/** Forgets that a watch was checked on demand at `at`, because that check was refused. */
export async function forgetCheck(watchId: string, at: Date): Promise<void> {
  await sql`
    update price_watches
       set asked_at = null
     where price_watches.id = ${watchId}
       and price_watches.asked_at = ${at}`;
}
