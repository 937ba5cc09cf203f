import { type Fragment, sql } from "../base/db.ts";
import { bucketsPerRange } from "./sample.ts";

/** CTEs that add `entries` (`sample_id`, `bucket`, `share`, `number`) to the buckets. */
export function writeBuckets(entries: Fragment): Fragment {
  return sql`
    entries as materialized (
      ${entries}
    ), ranges as (
      insert into route_ranges (sample_id, range, number)
      select entries.sample_id,
             entries.bucket / ${bucketsPerRange}::int,
             sum(entries.number)
        from entries
       group by 1,
                2
          on conflict (sample_id, range) do update
         set number = route_ranges.number + excluded.number
    ), touched_buckets as materialized (
      select distinct entries.sample_id,
             entries.bucket
        from entries
    ), of_buckets as materialized (
      select seen.sample_id,
             seen.bucket,
             seen.share,
             sum(seen.number)::int as number
        from (
               select *
                 from entries
                union all
               select route_buckets.sample_id,
                      route_buckets.bucket,
                      old.share,
                      old.number
                 from touched_buckets
                 join route_buckets using (sample_id, bucket)
                cross join unnest(route_buckets.shares, route_buckets.numbers) as old (share, number)
             ) as seen
       group by seen.sample_id,
                seen.bucket,
                seen.share
      having sum(seen.number) <> 0
    ), buckets as (
      insert into route_buckets (sample_id, bucket, number, shares, numbers)
      select of_buckets.sample_id,
             of_buckets.bucket,
             sum(of_buckets.number),
             array_agg(of_buckets.share),
             array_agg(of_buckets.number)
        from of_buckets
       group by of_buckets.sample_id,
                of_buckets.bucket
          on conflict (sample_id, bucket) do update
         set number = excluded.number,
             shares = excluded.shares,
             numbers = excluded.numbers
    ), empty_buckets as (
      delete from route_buckets
       using touched_buckets
       where route_buckets.sample_id = touched_buckets.sample_id
         and route_buckets.bucket = touched_buckets.bucket
         and (touched_buckets.sample_id, touched_buckets.bucket) not in (
               select of_buckets.sample_id,
                      of_buckets.bucket
                 from of_buckets
             )
    )`;
}

/** Notes for `placeLows`, in the same transaction, whose buckets changed. */
export function tellTouched(ids: Fragment): Fragment {
  return sql`
           set_config('route.touched', coalesce((select string_agg(distinct touched.id::text, ' ') from (select ${ids}) as touched (id)), ''), true) as touched`;
}

/** Notes in each sample of a route with other buckets than before where its 20th percentile lies. */
export const placeLows = sql`
    update route_samples
       set number = coalesce(placed.number, 0),
           low_bucket = placed.bucket,
           low_below = coalesce(placed.below, 0)
      from (
             select touched.id,
                    ranges.number,
                    buckets.bucket,
                    ranges.below + buckets.below as below
               from unnest(string_to_array(current_setting('route.touched'), ' ')::bigint[]) as touched (id)
               left join lateral (
                      select counted.range,
                             counted.below,
                             counted.number
                        from (
                               select route_ranges.range,
                                      sum(route_ranges.number) over (order by route_ranges.range) as upto,
                                      sum(route_ranges.number) over (order by route_ranges.range) - route_ranges.number as below,
                                      sum(route_ranges.number) over () as number
                                 from route_ranges
                                where route_ranges.sample_id = touched.id
                             ) as counted
                       where counted.number > 0
                         and counted.upto >= ceil(counted.number * 0.2)
                       order by counted.range
                       limit 1
                    ) as ranges on true
               left join lateral (
                      select counted.bucket,
                             counted.below
                        from (
                               select route_buckets.bucket,
                                      sum(route_buckets.number) over (order by route_buckets.bucket) as upto,
                                      sum(route_buckets.number) over (order by route_buckets.bucket) - route_buckets.number as below
                                 from route_buckets
                                where route_buckets.sample_id = touched.id
                                  and route_buckets.bucket >= ranges.range * ${bucketsPerRange}::int
                                  and route_buckets.bucket < (ranges.range + 1) * ${bucketsPerRange}::int
                             ) as counted
                       where ranges.below + counted.upto >= ceil(ranges.number * 0.2)
                       order by counted.bucket
                       limit 1
                    ) as buckets on true
           ) as placed
     where route_samples.id = placed.id
       and route_samples.of_route`;
