-- Prices of different providers are never compared. `source` is the provider that the prices of a fare or basket come
-- from, null before the first; `source_since` the moment from which on they do, null where they never came from
-- another. The same of each series of a watch, and of each alert.
alter table fares add column source text, add column source_since timestamptz;
alter table watch_changes add column source text, add column source_since timestamptz;
alter table alerts add column source text;

update fares
   set source = (
         select price_observations.provider
           from price_observations
          where price_observations.fare_id = fares.id
          order by price_observations.at desc
          limit 1
       );
update watch_changes set source = fares.source from fares where fares.id = watch_changes.fare_id;
update alerts set source = fares.source from fares where fares.id = alerts.fare_id;

create index fares_source on fares (source);
