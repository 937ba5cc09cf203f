-- Of each day (UTC) and provider, the checks that gave an alert whose price the provider had confirmed, and the prices
-- that it took back in place of that. Counted while the observations are there: thinning and deletions take them later.
create table ghost_days (
  day date not null,
  provider text not null,
  alerts integer not null default 0,
  ghosts integer not null default 0,
  constraint ghost_days_pkey primary key (day, provider),
  constraint counts_are_not_negative check (alerts >= 0 and ghosts >= 0)
);

-- A check pays for this index only when a price was taken back.
create index price_observations_ghosts on price_observations (at) where status = 'ghost';

insert into ghost_days (day, provider, alerts, ghosts)
select counted.day,
       counted.provider,
       sum(counted.alerts),
       sum(counted.ghosts)
  from (
         select (price_observations.at at time zone 'utc')::date as day,
                price_observations.provider,
                0 as alerts,
                1 as ghosts
           from price_observations
          where price_observations.status = 'ghost'
          union all
         select (alerts.at at time zone 'utc')::date,
                alerts.source,
                count(distinct (alerts.fare_id, alerts.at)),
                0
           from alerts
          where alerts.confirmed_at is not null
            and alerts.source is not null
          group by 1, 2
       ) as counted
 group by counted.day, counted.provider;

-- Messages that were given up, newest first, for those who run the service.
create index messages_failed on messages (id) where status = 'failed';
