-- The prices of a route, kept rolled up: counts of per-passenger prices by airports, cabin, currency, trip type and lead
-- (or by dates), source and day, so that a percentile over ninety days reads as much for a million observations as for
-- ten thousand.

-- A share is the price for one paying passenger in 2520ths of a minor unit. A party has 1 to 9 paying passengers and 2520
-- is divisible by each of these, so that every share is whole.

-- Whether the observations of the fare are in the roll-up. Those of fares from before this migration are added in steps.
alter table fares add column counted boolean not null default false;
alter table fares alter column counted set default true;
create index fares_to_count on fares (origin, destination) where not counted;

-- The ok observations that were added (1) or removed (-1) and are not yet counted below.
create table route_changes (
  origin text not null,
  destination text not null,
  cabin text not null,
  currency text not null,
  departure_date date not null,
  return_date date,
  source text not null,
  at timestamptz not null,
  share bigint not null,
  number integer not null
);
create index route_changes_route on route_changes (origin, destination);

create table route_samples (
  id bigint generated always as identity primary key,
  origin text not null,
  destination text not null,
  cabin text not null,
  currency text not null,
  -- 'one way' or 'return' with the lead bucket, or the dates.
  part text not null,
  of_route boolean not null generated always as (part ~ '^[or]') stored,
  source text not null,
  -- From this moment on observations are counted in route_buckets.
  since timestamptz not null,
  -- For a route: how many are counted there, the bucket of their 20th percentile, and how many are in lower buckets.
  number bigint not null default 0,
  low_bucket integer,
  low_below bigint not null default 0,
  constraint route_sample_is_one unique (origin, destination, cabin, currency, part, source)
);
create index route_samples_of_routes on route_samples (since) where of_route;
create index route_samples_of_dates on route_samples (since) where not of_route;

-- The observations of one day (UTC) in order of time, and figures over all of them.
create table route_days (
  sample_id bigint not null references route_samples (id) on delete cascade,
  day date not null,
  number integer not null,
  first timestamptz not null,
  last timestamptz not null,
  lowest bigint not null,
  middle bigint not null,
  ats timestamptz[] not null,
  shares bigint[] not null,
  numbers integer[] not null,
  primary key (sample_id, day)
);

-- The shares of one bucket with their numbers, since route_samples.since.
create table route_buckets (
  sample_id bigint not null references route_samples (id) on delete cascade,
  bucket integer not null,
  number integer not null,
  shares bigint[] not null,
  numbers integer[] not null,
  primary key (sample_id, bucket)
);

-- The numbers of the buckets by range of 32 buckets.
create table route_ranges (
  sample_id bigint not null references route_samples (id) on delete cascade,
  range integer not null,
  number bigint not null,
  primary key (sample_id, range)
);

-- The lead bucket: 0–7, 8–30, 31–90 or more days before departure, by UTC's calendar.
create function route_part(departure_date date, return_date date, at timestamptz) returns text
  language sql immutable parallel safe as $$
    select case when return_date is null then 'one way ' else 'return ' end
           || width_bucket(departure_date - (at at time zone 'utc')::date, array[8, 31, 91])
  $$;
create function dates_part(departure_date date, return_date date) returns text
  language sql immutable parallel safe as $$
    select coalesce(departure_date - date '1970-01-01' || ' ' || (return_date - date '1970-01-01'),
                    (departure_date - date '1970-01-01')::text)
  $$;
-- 512 buckets from a share to its double: the exponent and the first nine binary places of the number.
create function share_bucket(share bigint) returns integer
  language sql immutable parallel safe as $$
    select (get_byte(float8send(share::float8), 0) << 13)
           | (get_byte(float8send(share::float8), 1) << 5)
           | (get_byte(float8send(share::float8), 2) >> 3)
  $$;

-- Notes every change of the ok observations of fares, whatever statement makes it, in that statement's transaction. The
-- plan is kept for the session, also when it was made while fares had few rows: it always uses the primary key.
create function note_added() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  insert into route_changes
  select fares.origin, fares.destination, fares.cabin, fares.currency, fares.departure_date, fares.return_date,
         added.provider, added.at, added.price * (2520 / (fares.adults + cardinality(fares.child_ages))), 1
   from added
   cross join lateral (
           select *
             from fares
            where fares.id = added.fare_id
              and fares.basket is null
              and fares.counted
           offset 0
         ) as fares
   where added.status = 'ok';
  return null;
end $$;
create function note_removed() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  insert into route_changes
  select fares.origin, fares.destination, fares.cabin, fares.currency, fares.departure_date, fares.return_date,
         removed.provider, removed.at, removed.price * (2520 / (fares.adults + cardinality(fares.child_ages))), -1
   from removed
   cross join lateral (
           select *
             from fares
            where fares.id = removed.fare_id
              and fares.basket is null
              and fares.counted
           offset 0
         ) as fares
   where removed.status = 'ok';
  return null;
end $$;
create function forget_routes() returns trigger language plpgsql as $$
begin
  truncate route_changes, route_samples, route_days, route_buckets, route_ranges;
  return null;
end $$;
-- A statement that notes its observations itself, because it has their fares at hand, says so in route.noted.
create trigger observation_added after insert on price_observations
  referencing new table as added for each statement
  when (current_setting('route.noted', true) is distinct from 'yes') execute function note_added();
create trigger observation_removed after delete on price_observations
  referencing old table as removed for each statement execute function note_removed();
create trigger observation_was after update on price_observations
  referencing old table as removed for each statement execute function note_removed();
create trigger observation_is after update on price_observations
  referencing new table as added for each statement execute function note_added();
create trigger observations_truncated after truncate on price_observations
  for each statement execute function forget_routes();

-- A fare's observations go while its row still says which route they were of.
create function remove_observations() returns trigger language plpgsql as $$
begin
  delete from price_observations where price_observations.fare_id = old.id;
  return old;
end $$;
create trigger fare_removed before delete on fares
  for each row execute function remove_observations();
