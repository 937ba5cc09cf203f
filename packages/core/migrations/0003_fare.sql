-- What is tracked: one row for one question to a provider, however many people watch it.
create table fares (
  id text primary key,
  origin text not null,
  destination text not null,
  departure_date date not null,
  return_date date,
  cabin text not null,
  max_stops smallint,
  adults smallint not null,
  child_ages smallint[] not null default '{}',
  infants smallint not null default 0,
  currency text not null,

  -- When it is to be priced next; null while nobody watches it.
  due_at timestamptz,
  claimed_until timestamptz,
  -- Rises with every claim and every settling: what an overtaken worker brings home late, or twice, no longer fits.
  fence bigint not null default 0,
  -- Claims in a row that brought no answer, whether the provider or the worker failed.
  attempts integer not null default 0,

  checked_at timestamptz,
  status text,
  price bigint,
  priced_at timestamptz,
  lowest bigint,
  highest bigint,
  -- The ok check before was under 40 % of what is usual.
  doubtful boolean not null default false,
  -- Days (UTC, since 1970) with an ok check and the least price of each: the last 14 before the last check's day, and that day.
  days integer[] not null default '{}',
  day_lows bigint[] not null default '{}',
  created_at timestamptz not null default now(),

  constraint fare_is_one_question unique nulls not distinct
    (origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency),
  constraint places_are_codes check (origin ~ '^[A-Z]{3}$' and destination ~ '^[A-Z]{3}$' and origin <> destination),
  constraint return_is_not_before_departure check (return_date >= departure_date),
  constraint cabin_is_known check (cabin in ('economy', 'premium_economy', 'business', 'first')),
  constraint stops_are_few check (max_stops between 0 and 2),
  constraint party_fits check
    (adults between 1 and 9 and adults + cardinality(child_ages) <= 9 and infants between 0 and adults),
  constraint currency_is_a_code check (currency ~ '^[A-Z]{3}$'),
  constraint prices_are_positive check (price > 0 and lowest > 0 and highest > 0),
  constraint days_have_lows check (cardinality(days) = cardinality(day_lows))
)
-- Room on each page for a claim to rewrite its row beside the old one, without touching an index.
with (fillfactor = 70);
create index fares_due_at on fares (due_at) where due_at is not null;

create table price_observations (
  fare_id text not null references fares (id) on delete cascade,
  at timestamptz not null,
  -- 'ghost' is a price that the provider took back in the same sweep: kept for people to see, never counted.
  status text not null,
  price bigint,
  provider text not null,
  primary key (fare_id, at, status),
  constraint status_is_known check
    (status in ('ok', 'partial', 'no_results', 'provider_error', 'rate_limited', 'ghost')),
  constraint only_answers_have_prices check ((price is not null) = (status in ('ok', 'partial', 'ghost'))),
  constraint price_is_positive check (price > 0)
);
