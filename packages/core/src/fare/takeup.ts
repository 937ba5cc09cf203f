import { sql, transaction } from "../base/db.ts";
import { payingPassengers, sharesPerUnit } from "./observed.ts";

/**
 * Notes the observations of up to `count` fares from before the roll-up; from then on triggers note each change of
 * them. The fares are locked in a statement of its own, so that the next one sees all observations that were written
 * without being noted: a writer holds a lock on the fare until it commits. Skips locked fares.
 */
export async function takeUp(horizon: Date, count: number): Promise<number> {
  const { taken } = await transaction({
    lock: sql`
    select set_config('route.fares', coalesce(string_agg(locked.id, ' '), ''), true)
      from (
             select fares.id
               from fares
              where not fares.counted
              limit ${count}
                for update skip locked
           ) as locked`,
    noted: sql`
    insert into route_changes
      (origin, destination, cabin, currency, departure_date, return_date, source, at, share, number)
    select fares.origin,
           fares.destination,
           fares.cabin,
           fares.currency,
           fares.departure_date,
           fares.return_date,
           price_observations.provider,
           price_observations.at,
           price_observations.price * (${sharesPerUnit}::int / ${payingPassengers}),
           1
      from fares
      join price_observations
        on price_observations.fare_id = fares.id
       and price_observations.status = 'ok'
       and price_observations.at >= ${horizon}::timestamptz
     where fares.id = any (string_to_array(current_setting('route.fares'), ' '))
       and fares.basket is null
       and not fares.counted`,
    taken: sql`
    with marked as (
      update fares
         set counted = true
       where fares.id = any (string_to_array(current_setting('route.fares'), ' '))
         and not fares.counted
      returning 1
    )
    select count(*)::int as count from marked`,
  });
  return Number(taken[0]?.count);
}
