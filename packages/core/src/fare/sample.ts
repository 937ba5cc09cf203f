import { type Fragment, sql } from "../base/db.ts";
import { countedObservations, payingPassengers, sharesPerUnit } from "./observed.ts";

/** The number of buckets in a range: shares are counted by bucket, and the buckets by range. */
export const bucketsPerRange = 32;

/** Lets one run of the roll-up wait for the other; taken in a statement of its own: the statement after it sees all that the run before has counted. */
export const lockRollUp = sql`select pg_advisory_xact_lock(hashtext('route_samples'))`;

/** The UTC day of a moment. */
export const dayOf = (moment: Fragment) => sql`(${moment} at time zone 'utc')::date`;

/** The window of the 90 × 24 h before `at`, without `at`. */
export function windowOf(at: Date): { from: Fragment; until: Fragment } {
  return { from: sql`${new Date(at.getTime() - 2160 * 3_600_000)}::timestamptz`, until: sql`${at}::timestamptz` };
}

/** How many observations of a row of `route_days` are before `moment`: its moments are in order. */
const countBefore = (moment: Fragment) => sql`width_bucket(${moment} - interval '1 microsecond', route_days.ats)`;

/** The shares and their numbers of a row of `route_days`, from one moment to before another: two lists. */
export function seenBetween(from: Fragment, until: Fragment): Fragment {
  const slice = (list: Fragment) => sql`${list}[${countBefore(from)} + 1 : ${countBefore(until)}]`;
  return sql`${slice(sql`route_days.shares`)}, ${slice(sql`route_days.numbers`)}`;
}

/**
 * CTEs that find the wanted samples and what is to be added to their buckets so that these count the window before
 * `at`. The statement names each wanted sample in a CTE `asked` (`key`, unique; `origin`, `destination`, `cabin`,
 * `currency`; `part`, a lead bucket with its trip type or the dates).
 *
 * `picked` are the samples with their keys. `noted` are the observations in the window that were noted since the last
 * roll-up, and those of fares that are not in the roll-up yet. `loose` has these, and the observations that the buckets
 * count though they are outside the window, with a negative number, or do not count though they are inside: those of the
 * hour or day that the far end cuts, and those that are later than `at`. Where buckets that begin up to `slack` seconds
 * before or after the window will do, those at its far end are not read.
 */
export function readLoose(at: Date, source: string, slack = 0): Fragment {
  const { from, until } = windowOf(at);
  const share = sql`price_observations.price * (${sharesPerUnit}::int / ${payingPassengers})`;
  const inSample = (table: Fragment) => sql`
             ${table}.origin = asked.origin
         and ${table}.destination = asked.destination
         and ${table}.cabin = asked.cabin
         and ${table}.currency = asked.currency`;
  return sql`
    picked as materialized (
      select asked.key,
             route_samples.*
        from asked
        join route_samples
          on ${inSample(sql`route_samples`)}
         and route_samples.part = asked.part
         and route_samples.source = ${source}
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
         and route_changes.source = ${source}
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
                  and price_observations.provider = ${source}
               offset 0
             ) as seen
       where asked.part in (
               route_part(fares.departure_date, fares.return_date, seen.at),
               dates_part(fares.departure_date, fares.return_date)
             )
    ), loose as materialized (
      select changed.key,
             share_bucket(changed.share) as bucket,
             changed.share,
             changed.number
        from (
               select picked.key,
                      seen.share,
                      case when picked.since <= ${from} then -seen.number else seen.number end as number
                 from picked
                 join route_days
                   on route_days.sample_id = picked.id
                  and route_days.day between ${dayOf(sql`least(picked.since, ${from})`)}
                                         and ${dayOf(sql`greatest(picked.since, ${from})`)}
                  and abs(extract(epoch from picked.since - ${from})) > ${slack}::int
                cross join unnest(${seenBetween(
                  sql`least(picked.since, ${from})`,
                  sql`greatest(picked.since, ${from})`,
                )}) as seen (share, number)
                union all
               select picked.key,
                      seen.share,
                      -seen.number
                 from picked
                 join route_days
                   on route_days.sample_id = picked.id
                  and route_days.day >= ${dayOf(until)}
                  and route_days.last >= ${until}
                cross join unnest(${seenBetween(until, sql`'infinity'::timestamptz`)}) as seen (share, number)
                union all
               select noted.key,
                      noted.share,
                      noted.number
                 from noted
             ) as changed
    )`;
}

/**
 * CTEs that read samples of the 90 × 24 h before `at` from `source`; what is read is as much for a million observations
 * as for ten thousand, with `slack` in the busiest hour too. After those of `readLoose`, `ranked` are the ranges of buckets with the numbers up to each and in
 * all, and `known_days` the days with observations.
 */
export function readSamples(at: Date, source: string, slack = 0): Fragment {
  const { from, until } = windowOf(at);
  return sql`
    ${readLoose(at, source, slack)}, ranked as materialized (
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
    ), noted_days as materialized (
      select noted.key,
             noted.day,
             sum(noted.number) as number,
             bool_or(noted.number < 0) as some_removed
        from noted
       group by noted.key,
                noted.day
    ), known_days as materialized (
      select picked.key,
             route_days.day
        from picked
        join route_days on route_days.sample_id = picked.id and ${isInside(at)}
        left join noted_days on noted_days.key = picked.key and noted_days.day = route_days.day
       where noted_days.key is null
       union all
      select noted_days.key,
             noted_days.day
        from noted_days
       where not noted_days.some_removed
          or noted_days.number + coalesce((
               select sum(seen.number)
                 from picked
                 join route_days on route_days.sample_id = picked.id and route_days.day = noted_days.day
                cross join unnest(${seenBetween(from, until)}) as seen (share, number)
                where picked.key = noted_days.key
             ), 0) > 0
    )`;
}

/** The condition that a row of `route_days` has an observation in the window before `at`. */
export function isInside(at: Date): Fragment {
  const { from, until } = windowOf(at);
  return sql`route_days.day >= ${dayOf(from)}
         and route_days.day <= ${dayOf(until)}
         and route_days.last >= ${from}
         and route_days.first < ${until}`;
}

/**
 * CTEs after those of `readSamples`: `known` (`day`, `lowest`, `middle`) are the days of the samples whose keys `of`
 * selects, with the lowest and the middle share of each, after the day that the far end of the window cuts. Only of days
 * with observations from `at` on, or of which observations are noted, the observations are read.
 */
export function readDays(at: Date, of: Fragment): Fragment {
  const { from, until } = windowOf(at);
  const isWhole = (day: Fragment) => sql`${day} > ${dayOf(from)}`;
  return sql`
    open_days as materialized (
      select picked.key,
             route_days.day
        from picked
        join route_days
          on route_days.sample_id = picked.id
         and route_days.day = ${dayOf(until)}
         and route_days.last >= ${until}
       where picked.key in (${of})
       union
      select noted_days.key,
             noted_days.day
        from noted_days
       where noted_days.key in (${of})
         and ${isWhole(sql`noted_days.day`)}
    ), opened as materialized (
      select each.day,
             each.share,
             sum(each.number) as number
        from (
               select open_days.day,
                      seen.share,
                      seen.number
                 from open_days
                 join picked using (key)
                 join route_days on route_days.sample_id = picked.id and route_days.day = open_days.day
                cross join unnest(${seenBetween(from, until)}) as seen (share, number)
                union all
               select noted.day,
                      noted.share,
                      noted.number
                 from noted
                where noted.key in (${of})
                  and ${isWhole(sql`noted.day`)}
             ) as each
       group by each.day,
                each.share
      having sum(each.number) > 0
    ), known as (
      select placed.day,
             min(placed.share) as lowest,
             min(placed.share) filter (where 2 * placed.upto >= placed.observations) as middle
        from (
               select opened.day,
                      opened.share,
                      sum(opened.number) over (partition by opened.day order by opened.share) as upto,
                      sum(opened.number) over (partition by opened.day) as observations
                 from opened
             ) as placed
       group by placed.day
       union all
      select route_days.day,
             route_days.lowest,
             route_days.middle
        from picked
        join route_days on route_days.sample_id = picked.id and ${isInside(at)}
       where picked.key in (${of})
         and ${isWhole(sql`route_days.day`)}
         and route_days.day not in (select open_days.day from open_days)
    )`;
}
