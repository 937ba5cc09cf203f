-- What somebody wants to be told about.
create table price_watches (
  id text primary key,
  legacy_id text unique,
  user_id text not null references users (id) on delete cascade,
  origin_code text not null,
  destination_code text not null,
  departure_date date not null,
  return_date date,
  class text not null,
  max_stops smallint,
  adults smallint not null,
  child_ages smallint[] not null default '{}',
  infants smallint not null default 0,
  passenger_count smallint not null generated always as (adults + cardinality(child_ages) + infants) stored,
  currency text not null,

  target_price bigint,
  alert_threshold numeric(5, 4) default 0.10,
  new_low boolean not null default false,
  route_low boolean not null default false,
  is_active boolean not null default true,
  ended_at timestamptz,
  -- Where each rule stands, as the decision left it; version rises with every change, so that a decision made on
  -- an older reading is made again.
  state jsonb not null default '{}',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint places_are_codes check
    (origin_code ~ '^[A-Z]{3}$' and destination_code ~ '^[A-Z]{3}$' and origin_code <> destination_code),
  constraint return_is_not_before_departure check (return_date >= departure_date),
  constraint class_is_known check (class in ('economy', 'premium_economy', 'business', 'first')),
  constraint stops_are_few check (max_stops between 0 and 2),
  constraint party_fits check
    (adults between 1 and 9 and adults + cardinality(child_ages) <= 9 and infants between 0 and adults),
  constraint currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
  constraint target_is_positive check (target_price > 0),
  constraint threshold_is_a_share check (alert_threshold between 0.01 and 0.90),
  constraint a_rule_is_on check (target_price is not null or alert_threshold is not null or new_low or route_low),
  constraint an_ended_watch_is_not_active check (ended_at is null or not is_active)
);
create index price_watches_user_id on price_watches (user_id, id);
create unique index watch_is_not_a_duplicate on price_watches
  (user_id, origin_code, destination_code, departure_date, return_date, class, max_stops, adults, child_ages, infants,
   currency, target_price, alert_threshold, new_low, route_low)
  nulls not distinct
  where ended_at is null;

-- Which fares a watch covers, and the prices at which it must be woken: any other price costs it nothing.
create table watch_fares (
  watch_id text not null references price_watches (id) on delete cascade,
  fare_id text not null references fares (id) on delete cascade,
  -- Wakes at or below this price: a target, a further fall. The largest bigint wakes always, 0 never.
  wake_below bigint not null default 9223372036854775807,
  -- Wakes at or above this price: a rule that fired waits to be armed again.
  wake_above bigint,
  -- The share (in 1/10,000) below the fare's baseline at which an armed drop rule wakes.
  wake_drop smallint,
  -- The price at which it wakes while the fare has no baseline of its own.
  wake_first bigint,
  wake_new_low boolean not null default false,
  wake_route_low boolean not null default false,
  -- Somebody waits for this fare's next price.
  live boolean not null default true,
  primary key (watch_id, fare_id)
);
create index watch_fares_live on watch_fares (fare_id) where live;
create index watch_fares_below on watch_fares (fare_id, wake_below) where wake_below > 0;
create index watch_fares_above on watch_fares (fare_id, wake_above) where wake_above is not null;
create index watch_fares_drop on watch_fares (fare_id, wake_drop) where wake_drop is not null;
create index watch_fares_first on watch_fares (fare_id, wake_first) where wake_first is not null;
create index watch_fares_lows on watch_fares (fare_id) where wake_new_low or wake_route_low;
