import { addDays, isoDay } from "../base/day.ts";
import { sql } from "../base/db.ts";
import type { Claimed, Tracked } from "./claim.ts";

// How the leases of fares end without a check. A worker that was overtaken ends none: the fence has risen.

const given = (fares: Tracked[]) => sql`
           unnest(${fares.map(({ id }) => id)}::text[], ${fares.map(({ fence }) => fence)}::bigint[]) as given (id, fence)`;

const isHeld = sql`fares.id = given.id and fares.fence = given.fence`;

/**
 * Releases fares that were not searched: they are due again at once, or when they were before a check on demand claimed
 * them at `at`. An overtaken worker releases nothing.
 */
export async function release(fares: (Tracked & Pick<Claimed, "onDemand">)[], at: Date): Promise<void> {
  await sql`
    update fares
       set claimed_until = null,
           attempts = fares.attempts - 1,
           due_at = case when given.on_demand and fares.due_at = ${at}::timestamptz then given.due_at else fares.due_at end
      from unnest(
             ${fares.map(({ id }) => id)}::text[],
             ${fares.map(({ fence }) => fence)}::bigint[],
             ${fares.map(({ onDemand }) => onDemand !== undefined)}::boolean[],
             ${fares.map(({ onDemand }) => onDemand?.dueAt ?? null)}::timestamptz[]
           ) as given (id, fence, on_demand, due_at)
     where ${isHeld}`;
}

/**
 * Puts off fares and baskets that could not be judged or settled, and ends their leases: due again after 5 minutes, and
 * after twice as long for each claim in a row that failed, up to 10 hours, each by a quarter more or less, so that
 * those which failed together are not claimed together. An overtaken worker puts off nothing.
 */
export async function putOff(fares: Tracked[], at: Date): Promise<void> {
  await sql`
    update fares
       set claimed_until = null,
           due_because = 'failure',
           due_at =
             ${at}::timestamptz
             + interval '5 minutes' * power(2, least(greatest(fares.attempts, 1), 8) - 1) * (0.75 + random() / 2)
      from ${given(fares)}
     where ${isHeld}`;
}

/**
 * Puts off fares whose owners have made their provider calls of the day: each to a moment of the days that its owner's
 * live fares take at `most` calls a day, beginning with the next day (UTC). A fare that another user watches too is due
 * again within an hour, as that user may have calls left. Ends the leases; an overtaken worker changes nothing.
 */
export async function postpone(refused: { fare: Claimed; most: number }[], at: Date): Promise<void> {
  await sql`
    with given as (
      select *
        from unnest(
               ${refused.map(({ fare }) => fare.id)}::text[],
               ${refused.map(({ fare }) => fare.fence)}::bigint[],
               ${refused.map(({ fare }) => fare.owner?.userId ?? null)}::text[],
               ${refused.map(({ most }) => most)}::int[]
             ) as given (id, fence, owner, most)
    ), owners as materialized (
      select owner.user_id,
             ceil(count(distinct coalesce(basket_fares.fare_id, watch_fares.fare_id))::float8 / greatest(1, owner.most)) as days
        from (select distinct given.owner as user_id, given.most from given) as owner
        join price_watches on price_watches.user_id = owner.user_id
        join watch_fares on watch_fares.watch_id = price_watches.id and watch_fares.live
        left join basket_fares on basket_fares.basket_id = watch_fares.fare_id
       group by owner.user_id, owner.most
    )
    update fares
       set claimed_until = null,
           attempts = fares.attempts - 1,
           due_because = 'limit',
           due_at =
             case
               when exists (
                      select
                        from watch_fares
                        join price_watches on price_watches.id = watch_fares.watch_id
                       where watch_fares.live
                         and price_watches.user_id <> given.owner
                         and (
                               watch_fares.fare_id = fares.id
                               or watch_fares.fare_id in (
                                    select basket_fares.basket_id
                                      from basket_fares
                                     where basket_fares.fare_id = fares.id
                                  )
                             )
                    )
                 then ${at}::timestamptz + random() * interval '1 hour'
               else ${addDays(isoDay(at), 1)}::date::timestamp at time zone 'utc'
                      + random() * coalesce(owners.days, 1) * interval '1 day'
             end
      from given
      left join owners on owners.user_id = given.owner
     where ${isHeld}`;
}
