import { type Fragment, sql } from "../base/db.ts";
import { countedObservations, payingPassengers } from "./observed.ts";

/**
 * A share is the price for one paying passenger in 2520ths of a minor unit: a whole number for each party of 1 to 9, so
 * that shares are compared exactly. The total for `paying` passengers is `share × paying / 2520`, rounded down.
 */
export const sharesPerUnit = 2_520;

/** The shares are counted by bucket, and the buckets by ranges of so many. */
export const bucketsPerRange = 32;

const dayOf = (moment: Fragment) => sql`(${moment} at time zone 'utc')::date`;

/**
 * CTEs that read samples of the 90 × 24 h before `at` from the roll-up; what is read is as much for a million
 * observations as for ten thousand. The statement names each wanted sample in a CTE `asked` (`key`, unique; `origin`,
 * `destination`, `cabin`, `currency`; `part`, a lead bucket with its trip type or the dates).
 *
 * The counts by bucket are those of whole days, as of the last roll-up. `loose` corrects them to the moment: it holds
 * the observations of the days that the window cuts (`seen`), those noted since the roll-up, and those of fares that
 * are not in the roll-up yet (`noted`). `number` is how many of them are in the window, and `missing` how many more than
 * in the buckets.
 *
 * `ranked` are the ranges of buckets with the numbers up to each and in all. `known` are the days with observations, one row for
 * each source; `ofDays` makes it one row a day, with the figures of all sources.
 */
export function readSamples(at: Date, { ofDays = false, source = null as string | null } = {}): Fragment {
  const from = sql`${new Date(at.getTime() - 2160 * 3_600_000)}::timestamptz`;
  const until = sql`${at}::timestamptz`;
  const share = sql`price_observations.price * (${sharesPerUnit}::int / ${payingPassengers})`;
  const [firstDay, lastDay] = [dayOf(from), dayOf(until)];
  const inSample = (table: Fragment) => sql`
             ${table}.origin = asked.origin
         and ${table}.destination = asked.destination
         and ${table}.cabin = asked.cabin
         and ${table}.currency = asked.currency`;
  const severalSources = sql`
       union
      select picked.key,
             route_days.day
        from picked
        join route_days on route_days.sample_id = picked.id
       where picked.samples > 1
         and route_days.day >= ${firstDay}
       group by picked.key,
                route_days.day
      having count(*) > 1`;
  return sql`
    picked as materialized (
      select asked.key,
             route_samples.id,
             route_samples.since,
             count(*) over (partition by asked.key) as samples
        from asked
        join route_samples
          on ${inSample(sql`route_samples`)}
         and route_samples.part = asked.part
         and (${source}::text is null or route_samples.source = ${source})
    ), noted as materialized (
      select asked.key,
             ${dayOf(sql`route_changes.at`)} as day,
             route_changes.share,
             route_changes.number
        from asked
        join route_changes
          on ${inSample(sql`route_changes`)}
         and asked.part in (
               route_part(route_changes.departure_date, route_changes.return_date, route_changes.at),
               dates_part(route_changes.departure_date, route_changes.return_date)
             )
       where route_changes.at >= ${from}
         and route_changes.at < ${until}
         and (${source}::text is null or route_changes.source = ${source})
       union all
      select asked.key,
             ${dayOf(sql`seen.at`)},
             seen.share,
             1
        from asked
        join fares
          on ${inSample(sql`fares`)}
         and fares.basket is null
         and not fares.counted
       -- \`offset 0\` keeps the planner from reading all observations of every route because of one route with many.
       cross join lateral (
               select price_observations.at,
                      ${share} as share
                 from price_observations
                where price_observations.fare_id = fares.id
                  and ${countedObservations(at)}
                  and (${source}::text is null or price_observations.provider = ${source})
               offset 0
             ) as seen
       where asked.part in (
               route_part(fares.departure_date, fares.return_date, seen.at),
               dates_part(fares.departure_date, fares.return_date)
             )
    ), open_days as materialized (
      select cut.key,
             cut.day,
             (cut.key, cut.day) in (select noted.key, noted.day from noted) as changes
        from (
      select picked.key,
             route_days.day
        from picked
        join route_days
          on route_days.sample_id = picked.id
         and route_days.day between least(picked.since, ${firstDay}) and greatest(picked.since - 1, ${firstDay})
         and (route_days.first < ${from} or route_days.day < picked.since)
       union
      select picked.key,
             route_days.day
        from picked
        join route_days
          on route_days.sample_id = picked.id
         and route_days.day >= ${lastDay}
         and route_days.last >= ${until}
       union
      select noted.key,
             noted.day
        from noted
       ${ofDays ? severalSources : sql``}
             ) as cut
    ), seen as materialized (
      select open_days.key,
             open_days.day,
             open_days.changes,
             seen.share,
             seen.number * inside.number as number,
             seen.number * (inside.number - counted.number) as missing
        from open_days
        join picked on picked.key = open_days.key
        join route_days on route_days.sample_id = picked.id and route_days.day = open_days.day
       cross join lateral (select (route_days.day >= picked.since)::int as number offset 0) as counted
       cross join unnest(route_days.ats, route_days.shares, route_days.numbers) as seen (at, share, number)
       cross join lateral (select (seen.at >= ${from} and seen.at < ${until})::int as number) as inside
       where inside.number + counted.number > 0
    ), loose as materialized (
      select seen.key,
             share_bucket(seen.share) as bucket,
             seen.share,
             seen.missing as number
        from seen
       where seen.missing <> 0
       union all
      select noted.key,
             share_bucket(noted.share),
             noted.share,
             noted.number
        from noted
    ), ranked as materialized (
      select ranges.key,
             ranges.range,
             ranges.number,
             sum(ranges.number) over (partition by ranges.key order by ranges.range) as upto,
             sum(ranges.number) over (partition by ranges.key) as observations
        from (
               select counted.key,
                      counted.range,
                      sum(counted.number) as number
                 from (
                        select picked.key,
                               route_ranges.range,
                               route_ranges.number
                          from picked
                          join route_ranges on route_ranges.sample_id = picked.id
                         union all
                        select loose.key,
                               loose.bucket / ${bucketsPerRange}::int,
                               loose.number
                          from loose
                      ) as counted
                group by counted.key,
                         counted.range
               having sum(counted.number) > 0
             ) as ranges
    ), opened_days as materialized (
      select open_shares.key,
             open_shares.day,
             min(open_shares.share) as lowest,
             min(open_shares.share) filter (where 2 * open_shares.upto >= open_shares.observations) as middle
        from (
               select changed.key,
                      changed.day,
                      changed.share,
                      sum(sum(changed.number)) over (
                        partition by changed.key, changed.day order by changed.share
                      ) as upto,
                      sum(sum(changed.number)) over (partition by changed.key, changed.day) as observations
                 from (
                        select seen.key,
                               seen.day,
                               seen.share,
                               seen.number
                          from seen
                         where seen.changes
                         union all
                        select noted.*
                          from noted
                      ) as changed
                group by changed.key,
                         changed.day,
                         changed.share
               having sum(changed.number) > 0
             ) as open_shares
       group by open_shares.key,
                open_shares.day
       union all
      -- No observation of these days was removed, so that each can be taken by itself.
      select each.key,
             each.day,
             min(each.share),
             percentile_disc(0.5) within group (order by each.share)
        from (
               select seen.key,
                      seen.day,
                      seen.share
                 from seen
                where seen.number > 0
                  and not seen.changes
                union all
               select seen.key,
                      seen.day,
                      seen.share
                 from seen
                cross join generate_series(2, seen.number)
                where seen.number > 1
                  and not seen.changes
             ) as each
       group by each.key,
                each.day
    ), known as (
      select opened_days.*
        from opened_days
       union all
      select picked.key,
             route_days.day,
             route_days.lowest,
             route_days.middle
        from picked
        join route_days
          on route_days.sample_id = picked.id
         and route_days.day >= ${firstDay}
         and route_days.day <= ${lastDay}
       where (picked.key, route_days.day) not in (select open_days.key, open_days.day from open_days)
    )`;
}
