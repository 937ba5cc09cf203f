-- The durable copy of what a provider answered, and the count of what was asked.
create table flight_cache (
  id text primary key,
  search_params_hash text not null unique,
  origin_code text not null,
  destination_code text not null,
  departure_date date not null,
  return_date date,
  results jsonb not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint places_are_codes check (origin_code ~ '^[A-Z]{3}$' and destination_code ~ '^[A-Z]{3}$'),
  constraint return_is_not_before_departure check (return_date >= departure_date)
);
create index flight_cache_expires_at on flight_cache (expires_at);

create table search_analytics (
  id bigint generated always as identity primary key,
  user_id text references users (id) on delete set null,
  origin_code text not null,
  destination_code text not null,
  departure_date date,
  return_date date,
  passenger_count smallint,
  class text,
  results_count integer,
  search_duration_ms integer,
  created_at timestamptz not null default now(),
  constraint places_are_codes check (origin_code ~ '^[A-Z]{3}$' and destination_code ~ '^[A-Z]{3}$'),
  constraint counts_are_not_negative check (results_count >= 0 and search_duration_ms >= 0)
);
create index search_analytics_user_id on search_analytics (user_id);
