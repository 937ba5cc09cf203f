-- A list of watches shows what each has cost: `days` and `day_lows` hold the last 30 days with a price (14 before), and
-- `changed_at` since when the price has been what it is, null where that is not known. A fare that is watched gets them
-- from what was recorded; the others at their next checks.
alter table fares add column changed_at timestamptz;

with watched as materialized (
  select fares.id,
         fares.price,
         fares.priced_at,
         fares.source,
         coalesce(fares.source_since, '-infinity') as since
    from fares
   where fares.price is not null
     and exists (select from watch_fares where watch_fares.fare_id = fares.id)
), told as (
  select watched.id,
         (
           select min(price_observations.at)
             from price_observations
            where price_observations.fare_id = watched.id
              and price_observations.status = 'ok'
              and price_observations.provider = watched.source
              and price_observations.at >= watched.since
              and price_observations.at > coalesce(
                    (
                      select max(other.at)
                        from price_observations as other
                       where other.fare_id = watched.id
                         and other.status = 'ok'
                         and other.provider = watched.source
                         and other.at >= watched.since
                         and other.price <> watched.price
                    ),
                    '-infinity'
                  )
         ) as changed_at,
         lows.*
    from watched
   cross join lateral (
           select array_agg(seen.day order by seen.day) as days,
                  array_agg(seen.low order by seen.day) as day_lows
             from (
                    select (price_observations.at at time zone 'utc')::date - date '1970-01-01' as day,
                           min(price_observations.price) as low
                      from price_observations
                     where price_observations.fare_id = watched.id
                       and price_observations.status = 'ok'
                       and price_observations.provider = watched.source
                       and price_observations.at >= greatest(watched.since, watched.priced_at - interval '30 days')
                     group by 1
                     order by 1 desc
                     limit 30
                  ) as seen
         ) as lows
)
update fares
   set changed_at = told.changed_at,
       days = case when cardinality(told.days) > cardinality(fares.days) then told.days else fares.days end,
       day_lows = case when cardinality(told.days) > cardinality(fares.days) then told.day_lows else fares.day_lows end
  from told
 where fares.id = told.id;

-- The unread ones are few among all alerts of an account: they are counted and listed by this.
create index alerts_unread on alerts (user_id, id) where read_at is null;

-- An export is written and read in parts. One that was ready before keeps its text in `exports.content`.
create table export_parts (
  export_id text not null references exports (id) on delete cascade,
  part integer not null,
  content text not null,
  constraint export_parts_pkey primary key (export_id, part),
  constraint parts_are_numbered check (part >= 1)
);
