import { sql, transaction } from "../base/db.ts";
import { payingPassengers, sharesPerUnit } from "./observed.ts";
import { dayOf, lockRollUp } from "./sample.ts";
import { minimumSample } from "./verdict.ts";

/**
 * The least number of moments from which the lows of a sample are found together, and the largest number of its
 * observations: each moment reads all of them, which then costs a tenth of what a walk through the buckets does.
 */
const together = { moments: 20, observations: 2_000 };

/**
 * Finds all lows of one sample that has many to be found, as after the past of its fares was filled, and keeps those
 * that differ from the one before. They are those that `keepLows` would find. Returns how many it found: 0 as soon as no
 * sample has that many left.
 */
export async function keepManyLows(): Promise<number> {
  const window = sql`
                       seen.at >= moments.at - interval '2160 hours'
                   and seen.at < moments.at`;
  const { kept } = await transaction({
    lock: lockRollUp,
    kept: sql`
    with picked as materialized (
      select route_samples.*
        from (
               select route_lows.sample_id
                 from route_lows
                where route_lows.pending
                group by route_lows.sample_id
               having count(*) >= ${together.moments}
             ) as many
        join route_samples on route_samples.id = many.sample_id
       where (
               select coalesce(sum(route_days.number), 0)
                 from route_days
                where route_days.sample_id = route_samples.id
             ) <= ${together.observations}
       order by route_samples.id
       limit 1
    ), seen as materialized (
      select seen.at,
             seen.share,
             seen.number
        from picked
        join route_days on route_days.sample_id = picked.id
       cross join unnest(route_days.ats, route_days.shares, route_days.numbers) as seen (at, share, number)
       union all
      select route_changes.at,
             route_changes.share,
             route_changes.number
        from picked
        join route_changes using (origin, destination, cabin, currency, source)
       where picked.part = route_part(route_changes.departure_date, route_changes.return_date, route_changes.at)
       union all
      select price_observations.at,
             price_observations.price * (${sharesPerUnit}::int / ${payingPassengers}),
             1
        from picked
        join fares using (origin, destination, cabin, currency)
        join price_observations on price_observations.fare_id = fares.id
       where fares.basket is null
         and not fares.counted
         and price_observations.status = 'ok'
         and price_observations.provider = picked.source
         and picked.part = route_part(fares.departure_date, fares.return_date, price_observations.at)
    ), moments as materialized (
      select route_lows.at
        from picked
        join route_lows on route_lows.sample_id = picked.id
       where route_lows.pending
    ), lows as materialized (
      select moments.at,
             (
               select min(placed.share) filter (where placed.upto >= ceil(placed.observations * 0.2))
                 from (
                        select seen.share,
                               sum(sum(seen.number)) over (order by seen.share) as upto,
                               sum(sum(seen.number)) over () as observations
                          from seen
                         where ${window}
                         group by seen.share
                      ) as placed
                where placed.observations >= ${minimumSample.observations}
                  and (
                        select count(*)
                          from (
                                 select
                                   from seen
                                  where ${window}
                                  group by ${dayOf(sql`seen.at`)}
                                 having sum(seen.number) > 0
                               ) as days
                      ) >= ${minimumSample.days}
             ) as share
        from moments
    ), found as materialized (
      select each.at,
             each.share,
             each.is_new,
             lag(each.share) over (order by each.at) as before
        from (
               select lows.at,
                      lows.share,
                      true as is_new
                 from lows
                union all
               select route_lows.at,
                      route_lows.share,
                      false
                 from picked
                 join route_lows on route_lows.sample_id = picked.id
                where not route_lows.pending
             ) as each
    ), same as (
      delete from route_lows
       using found, picked
       where route_lows.sample_id = picked.id
         and route_lows.at = found.at
         and found.is_new
         and found.share is not distinct from found.before
    ), changed as (
      update route_lows
         set share = found.share,
             pending = false
        from found, picked
       where route_lows.sample_id = picked.id
         and route_lows.at = found.at
         and found.is_new
         and found.share is distinct from found.before
    )
    select count(*)::int as count
      from lows`,
  });
  return Number(kept[0]?.count);
}
