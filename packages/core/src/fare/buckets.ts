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
