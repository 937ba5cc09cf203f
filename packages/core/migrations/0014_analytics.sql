-- What was searched, a month a partition, and what is counted of it; and what was really bought.
drop index search_analytics_user_id;
alter table search_analytics rename constraint search_analytics_pkey to searches_before_pkey;
alter table search_analytics rename to searches_before;

create table search_analytics (
  id text not null,
  -- When the search was asked for, which its id says too.
  created_at timestamptz not null,
  -- Null where nobody was signed in, and once the search or the account is deleted.
  user_id text references users (id) on delete set null,
  -- As the client may have chosen it: kept for nobody but the person.
  request_id text,
  origin_code text not null,
  destination_code text not null,
  departure_date date,
  return_date date,
  adults smallint,
  child_ages smallint[],
  infants smallint,
  passenger_count smallint,
  class text,
  max_stops smallint,
  currency text,
  -- What was stored as the answer when the search was written down; null where nothing was.
  status text,
  freshness text,
  provider text,
  results_count integer,
  cheapest bigint,
  search_duration_ms integer,
  primary key (id, created_at),
  constraint places_are_codes check (origin_code ~ '^[A-Z]{3}$' and destination_code ~ '^[A-Z]{3}$'),
  constraint return_is_not_before_departure check (return_date >= departure_date),
  constraint class_is_known check (class in ('economy', 'premium_economy', 'business', 'first')),
  constraint currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
  constraint status_is_known check (status in ('ok', 'partial', 'no_results', 'provider_error', 'rate_limited')),
  constraint freshness_is_known check (freshness in ('fresh', 'cached', 'stale')),
  constraint counts_are_not_negative check (results_count >= 0 and search_duration_ms >= 0),
  constraint cheapest_is_positive_money check (cheapest is null or (cheapest > 0 and currency is not null)),
  constraint a_request_is_somebodys check (request_id is null or user_id is not null)
) partition by range (created_at);
create index search_analytics_user_id on search_analytics (user_id, id) where user_id is not null;
-- What no month is made for, yet or any more.
create table search_analytics_default partition of search_analytics default;

insert into search_analytics (
  id, created_at, user_id, origin_code, destination_code, departure_date, return_date, passenger_count, class,
  results_count, search_duration_ms
)
select 'sch_' || lpad(searches_before.id::text, 26, '0'), searches_before.created_at, searches_before.user_id,
       searches_before.origin_code, searches_before.destination_code, searches_before.departure_date,
       searches_before.return_date, searches_before.passenger_count, searches_before.class,
       searches_before.results_count, searches_before.search_duration_ms
  from searches_before;
drop table searches_before;

-- What was searched until then is not to come back when it is written down.
alter table users add column searches_forgotten_at timestamptz;

-- Searches of a route in a day, an ISO week or a month (UTC).
create table search_routes (
  period text not null,
  starts_on date not null,
  origin_code text not null,
  destination_code text not null,
  searches bigint not null,
  results bigint not null,
  -- Different people, of those who were signed in.
  people integer not null,
  -- Of them, in a week: who made a watch of the route, and who booked it, within four weeks of its end.
  watchers integer not null default 0,
  bookers integer not null default 0,
  primary key (period, starts_on, origin_code, destination_code),
  constraint period_is_known check (period in ('day', 'week', 'month')),
  constraint counts_are_not_negative check
    (searches >= 0 and results >= 0 and people >= 0 and watchers >= 0 and bookers >= 0)
);
create index search_routes_people on search_routes (period, starts_on, people, searches);
create index search_routes_origin on search_routes (period, starts_on, origin_code, people, searches);

-- Searches of a day (UTC) by who answered, with what, and how old the answer was; '' where nothing was stored to say.
create table search_days (
  day date not null,
  provider text not null,
  status text not null,
  freshness text not null,
  searches bigint not null,
  results bigint not null,
  primary key (day, provider, status, freshness)
);

-- Searches of a day (UTC) by days to departure, nights away (-1 for one way) and travellers, from so many up.
create table search_patterns (
  day date not null,
  pattern text not null,
  at_least smallint not null,
  searches bigint not null,
  primary key (day, pattern, at_least),
  constraint pattern_is_known check (pattern in ('ahead', 'stay', 'party'))
);

create table bookings (
  id text primary key,
  legacy_id text unique,
  -- The law wants bookings kept; deleting the account takes the person out of them.
  user_id text references users (id) on delete set null,
  booking_reference text not null unique,
  flight_data jsonb not null,
  passenger_data jsonb not null,
  total_price bigint not null,
  currency text not null default 'USD',
  status text not null default 'confirmed',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint places_are_codes check
    (coalesce(flight_data ->> 'origin', '') ~ '^[A-Z]{3}$' and coalesce(flight_data ->> 'destination', '') ~ '^[A-Z]{3}$'),
  constraint somebody_travels check (jsonb_typeof(passenger_data) = 'array' and passenger_data <> '[]'),
  constraint price_is_positive check (total_price > 0),
  constraint currency_is_a_code check (currency ~ '^[A-Z]{3}$')
);
create index bookings_user_id on bookings (user_id);
create index bookings_route on bookings ((flight_data ->> 'origin'), (flight_data ->> 'destination'), created_at);
create index bookings_created_at on bookings (created_at);
create index price_watches_created_at on price_watches (created_at);
