import { type Fragment, sql } from "../base/db.ts";
import { bucketsPerRange } from "./sample.ts";

/**
 * CTEs after those of `readSamples`: `chosen` (`key`, `fraction`, `share`) has the shares at the nearest ranks of the
 * `fractions`, for the samples whose keys `of` selects.
 */
export function readRanks(fractions: number[], of = sql`select asked.key from asked`): Fragment {
  return sql`
    ranges as materialized (
      select wanted.key,
             wanted.fraction,
             ranked.range,
             wanted.rank - (ranked.upto - ranked.number) as place
        from (
               select sizes.key,
                      fractions.fraction,
                      greatest(1, ceil(sizes.observations * fractions.fraction)) as rank
                 from (select distinct ranked.key, ranked.observations from ranked where ranked.key in (${of})) as sizes
                cross join unnest(${fractions}::numeric[]) as fractions (fraction)
             ) as wanted
        join ranked
          on ranked.key = wanted.key
         and ranked.upto >= wanted.rank
         and ranked.upto - ranked.number < wanted.rank
    ), placed as materialized (
      select ranges.key,
             ranges.fraction,
             buckets.bucket,
             ranges.place - (buckets.upto - buckets.number) as place
        from ranges
        join (${bucketsOf(sql`select distinct ranges.key, ranges.range from ranges`)}) as buckets
          on buckets.key = ranges.key
         and buckets.range = ranges.range
         and buckets.upto >= ranges.place
         and buckets.upto - buckets.number < ranges.place
    ), chosen as materialized (
      select placed.key,
             placed.fraction,
             min(shares.share) filter (where shares.upto >= placed.place) as share
        from placed
        join (${sharesOf(sql`select distinct placed.key, placed.bucket from placed`)}) as shares using (key, bucket)
       group by placed.key,
                placed.fraction
    )`;
}

/** Selects the buckets of some ranges (`key`, `range`), each with its number and the number of the range up to it. */
export function bucketsOf(ranges: Fragment): Fragment {
  return sql`
      select counted.key,
             counted.range,
             counted.bucket,
             sum(counted.number) as number,
             sum(sum(counted.number)) over (partition by counted.key, counted.range order by counted.bucket) as upto
        from (
               select wanted.key,
                      wanted.range,
                      route_buckets.bucket,
                      route_buckets.number
                 from (${ranges}) as wanted
                 join picked on picked.key = wanted.key
                 join route_buckets
                   on route_buckets.sample_id = picked.id
                  and route_buckets.bucket >= wanted.range * ${bucketsPerRange}::int
                  and route_buckets.bucket < (wanted.range + 1) * ${bucketsPerRange}::int
                union all
               select wanted.key,
                      wanted.range,
                      loose.bucket,
                      loose.number
                 from (${ranges}) as wanted
                 join loose on loose.key = wanted.key and loose.bucket / ${bucketsPerRange}::int = wanted.range
             ) as counted
       group by counted.key,
                counted.range,
                counted.bucket
      having sum(counted.number) > 0`;
}

/** Selects the shares of some buckets (`key`, `bucket`), each with its number and the number up to it. */
export function sharesOf(buckets: Fragment): Fragment {
  return sql`
      select counted.key,
             counted.bucket,
             counted.share,
             sum(counted.number) as number,
             sum(sum(counted.number)) over (partition by counted.key, counted.bucket order by counted.share) as upto
        from (
               select wanted.key,
                      wanted.bucket,
                      seen.share,
                      seen.number
                 from (${buckets}) as wanted
                 join picked on picked.key = wanted.key
                 join route_buckets on route_buckets.sample_id = picked.id and route_buckets.bucket = wanted.bucket
                cross join unnest(route_buckets.shares, route_buckets.numbers) as seen (share, number)
                union all
               select wanted.key,
                      wanted.bucket,
                      loose.share,
                      loose.number
                 from (${buckets}) as wanted
                 join loose on loose.key = wanted.key and loose.bucket = wanted.bucket
             ) as counted
       group by counted.key,
                counted.bucket,
                counted.share
      having sum(counted.number) > 0`;
}
