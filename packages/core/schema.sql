-- What the migrations come to. Written by `npm run schema`.

create extension pg_trgm;

create extension unaccent;

create text search configuration search_de (parser = "default");
alter text search configuration search_de add mapping for asciihword, asciiword, hword_asciipart with german_stem;
alter text search configuration search_de add mapping for email, file, float, host, hword_numpart, int, numhword, numword, sfloat, uint, url, url_path, version with simple;
alter text search configuration search_de add mapping for hword, hword_part, word with unaccent, german_stem;

create text search configuration search_en (parser = "default");
alter text search configuration search_en add mapping for asciihword, asciiword, hword_asciipart with english_stem;
alter text search configuration search_en add mapping for email, file, float, host, hword_numpart, int, numhword, numword, sfloat, uint, url, url_path, version with simple;
alter text search configuration search_en add mapping for hword, hword_part, word with unaccent, english_stem;

create text search configuration search_es (parser = "default");
alter text search configuration search_es add mapping for asciihword, asciiword, hword_asciipart with spanish_stem;
alter text search configuration search_es add mapping for email, file, float, host, hword_numpart, int, numhword, numword, sfloat, uint, url, url_path, version with simple;
alter text search configuration search_es add mapping for hword, hword_part, word with unaccent, spanish_stem;

create text search configuration search_fr (parser = "default");
alter text search configuration search_fr add mapping for asciihword, asciiword, hword_asciipart with french_stem;
alter text search configuration search_fr add mapping for email, file, float, host, hword_numpart, int, numhword, numword, sfloat, uint, url, url_path, version with simple;
alter text search configuration search_fr add mapping for hword, hword_part, word with unaccent, french_stem;

create text search configuration search_ru (parser = "default");
alter text search configuration search_ru add mapping for asciihword, asciiword, hword_asciipart with english_stem;
alter text search configuration search_ru add mapping for email, file, float, host, hword_numpart, int, numhword, numword, sfloat, uint, url, url_path, version with simple;
alter text search configuration search_ru add mapping for hword, hword_part, word with unaccent, russian_stem;

create text search configuration search_simple (parser = "default");
alter text search configuration search_simple add mapping for asciihword, asciiword, email, file, float, host, hword_asciipart, hword_numpart, int, numhword, numword, sfloat, uint, url, url_path, version with simple;
alter text search configuration search_simple add mapping for hword, hword_part, word with unaccent, simple;

CREATE OR REPLACE FUNCTION public.add_fare_key()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.basket is null then
    insert into fare_keys
      (id, origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency)
    values
      (new.id, new.origin, new.destination, new.departure_date, new.return_date, new.cabin, new.max_stops, new.adults,
       new.child_ages, new.infants, new.currency)
    on conflict
      (origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency)
      where basket is null do nothing;
  else
    insert into fare_keys (id, basket, cabin, max_stops, adults, child_ages, infants, currency)
    values (new.id, new.basket, new.cabin, new.max_stops, new.adults, new.child_ages, new.infants, new.currency)
    on conflict (basket) where basket is not null do nothing;
  end if;
  if not found then
    return null;
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.dates_part(departure_date date, return_date date)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select coalesce(departure_date - date '1970-01-01' || ' ' || (return_date - date '1970-01-01'),
                    (departure_date - date '1970-01-01')::text)
  $function$;

CREATE OR REPLACE FUNCTION public.forget_routes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  truncate route_changes, route_samples, route_days, route_buckets, route_ranges, route_lows;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.lower_due_floor()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update due_floor set moment = new.due_at where moment > new.due_at;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.make_email_channel()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into channels (id, user_id, kind) values ('chn_' || substr(new.id, 5), new.id, 'email');
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.note_added()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.note_removed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.note_seen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update users
     set seen_at = new.last_used_at
   where users.id = (
           select users.id
             from users
            where users.id = new.user_id
              and users.seen_at < new.last_used_at - interval '1 day'
              for no key update skip locked
         );
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.remove_fare_key()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from fare_keys where id = old.id;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.remove_fare_keys()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from fare_keys;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.remove_observations()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  delete from price_observations where price_observations.fare_id = old.id;
  return old;
end $function$;

CREATE OR REPLACE FUNCTION public.route_part(departure_date date, return_date date, at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select case when return_date is null then 'one way ' else 'return ' end
           || width_bucket(departure_date - (at at time zone 'utc')::date, array[8, 31, 91])
  $function$;

CREATE OR REPLACE FUNCTION public.search_config(language text)
 RETURNS regconfig
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE language WHEN 'en'::text THEN 'search_en'::regconfig WHEN 'de'::text THEN 'search_de'::regconfig WHEN 'fr'::text THEN 'search_fr'::regconfig WHEN 'es'::text THEN 'search_es'::regconfig WHEN 'ru'::text THEN 'search_ru'::regconfig ELSE 'search_simple'::regconfig END;

CREATE OR REPLACE FUNCTION public.search_is_stop(word text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (0 = ANY (ARRAY[numnode(websearch_to_tsquery('search_en'::regconfig, word)), numnode(websearch_to_tsquery('search_de'::regconfig, word)), numnode(websearch_to_tsquery('search_fr'::regconfig, word)), numnode(websearch_to_tsquery('search_es'::regconfig, word)), numnode(websearch_to_tsquery('search_ru'::regconfig, word))]));

CREATE OR REPLACE FUNCTION public.search_query(typed text)
 RETURNS tsquery
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (((((websearch_to_tsquery('search_en'::regconfig, typed) || websearch_to_tsquery('search_de'::regconfig, typed)) || websearch_to_tsquery('search_fr'::regconfig, typed)) || websearch_to_tsquery('search_es'::regconfig, typed)) || websearch_to_tsquery('search_ru'::regconfig, typed)) || websearch_to_tsquery('search_simple'::regconfig, typed));

CREATE OR REPLACE FUNCTION public.share_bucket(share bigint)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    select (get_byte(float8send(share::float8), 0) << 13)
           | (get_byte(float8send(share::float8), 1) << 5)
           | (get_byte(float8send(share::float8), 2) >> 3)
  $function$;

create table account_events (
  id text not null,
  user_id text,
  event text not null,
  session_id text,
  device text,
  network cidr,
  at timestamp with time zone default now() not null,
  key_id text,
  constraint account_events_pkey PRIMARY KEY (id),
  constraint event_is_known CHECK (event = ANY (ARRAY['signup'::text, 'login'::text, 'login_failed'::text, 'reset_requested'::text, 'reset'::text, 'password_changed'::text, 'email_change_requested'::text, 'email_changed'::text, 'session_ended'::text, 'export'::text, 'deletion'::text, 'key_made'::text, 'key_used'::text, 'key_revoked'::text, 'passkey_added'::text, 'passkey_removed'::text, 'totp_on'::text, 'totp_off'::text, 'recovery_renewed'::text, 'recovery_used'::text, 'factor_required'::text, 'factor_optional'::text]))
);

create table airlines (
  code text not null,
  name text not null,
  country text,
  constraint airlines_pkey PRIMARY KEY (code),
  constraint code_is_iata CHECK (code ~ '^[A-Z0-9]{2}$'::text)
);

create table airports (
  code text not null,
  name text not null,
  city text not null,
  country text not null,
  time_zone text not null,
  latitude double precision not null,
  longitude double precision not null,
  constraint airports_pkey PRIMARY KEY (code),
  constraint code_is_iata CHECK (code ~ '^[A-Z]{3}$'::text),
  constraint country_is_iso CHECK (country ~ '^[A-Z]{2}$'::text),
  constraint location_is_on_earth CHECK (latitude >= '-90'::integer::double precision AND latitude <= 90::double precision AND longitude >= '-180'::integer::double precision AND longitude <= 180::double precision)
);

create table alert_deliveries (
  alert_id text not null,
  channel text not null,
  status text default 'pending'::text not null,
  due_at timestamp with time zone default now() not null,
  claimed_by text,
  claimed_until timestamp with time zone,
  attempts integer default 0 not null,
  sent_at timestamp with time zone,
  message_id text,
  because text,
  held_because text,
  constraint alert_deliveries_pkey PRIMARY KEY (alert_id, channel),
  constraint channel_is_bounded CHECK (length(channel) >= 5 AND length(channel) <= 30),
  constraint holds_are_known CHECK (held_because = ANY (ARRAY['quiet'::text, 'most'::text, 'paused'::text, 'late'::text, 'outage'::text])),
  constraint reasons_are_known CHECK (because = ANY (ARRAY['over'::text, 'price'::text, 'channel'::text])),
  constraint status_is_known CHECK (status = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text, 'held'::text, 'dropped'::text, 'not_sent'::text]))
);

create table alert_rules (
  watch_id text not null,
  rule text not null,
  epoch integer not null,
  level integer not null,
  alert_id text not null,
  constraint alert_rules_pkey PRIMARY KEY (watch_id, rule, epoch, level)
);

create table alerts (
  id text not null,
  user_id text not null,
  watch_id text not null,
  fare_id text,
  at timestamp with time zone not null,
  price bigint not null,
  previous_price bigint,
  currency text not null,
  rules text[] not null,
  already_true boolean not null,
  mistake_fare boolean not null,
  read_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  series integer,
  origin text,
  destination text,
  departure_date date,
  return_date date,
  source text,
  offer jsonb,
  confirmed_at timestamp with time zone,
  planned_at timestamp with time zone,
  constraint alert_is_told_once UNIQUE NULLS NOT DISTINCT (watch_id, series, at),
  constraint alerts_pkey PRIMARY KEY (id),
  constraint currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$'::text),
  constraint prices_are_positive CHECK (price > 0 AND previous_price > 0),
  constraint rules_are_known CHECK (cardinality(rules) > 0 AND rules <@ ARRAY['target'::text, 'drop'::text, 'new_low'::text, 'route_low'::text])
);

create table api_keys (
  id text not null,
  user_id text not null,
  hash text not null,
  start text not null,
  name text not null,
  scopes text[] not null,
  created_at timestamp with time zone default now() not null,
  last_used_at timestamp with time zone,
  network cidr,
  expires_at timestamp with time zone not null,
  constraint api_keys_hash_key UNIQUE (hash),
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint hash_is_a_hash CHECK (hash ~ '^[0-9a-f]{64}$'::text),
  constraint key_has_an_end CHECK (expires_at <= (created_at + '366 days'::interval)),
  constraint name_is_bounded CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint scopes_are_known CHECK (cardinality(scopes) >= 1 AND cardinality(scopes) <= 3 AND scopes <@ ARRAY['read'::text, 'watch'::text, 'export'::text]),
  constraint start_is_short CHECK (length(start) = 8)
);

create table auto_holds (
  watch_id text not null,
  user_id text not null,
  travelers text[] not null,
  terms_version text not null,
  since timestamp with time zone not null,
  state text default 'on'::text not null,
  booking_id text,
  constraint auto_holds_pkey PRIMARY KEY (watch_id),
  constraint somebody_travels CHECK (cardinality(travelers) >= 1 AND cardinality(travelers) <= 9),
  constraint state_is_known CHECK (state = ANY (ARRAY['on'::text, 'holding'::text, 'held'::text]))
);

create table basket_fares (
  basket_id text not null,
  fare_id text not null,
  checked_at timestamp with time zone,
  status text,
  price bigint,
  priced_at timestamp with time zone,
  provider text,
  reference text,
  constraint a_price_has_a_moment CHECK ((price IS NULL) = (priced_at IS NULL)),
  constraint basket_fares_pkey PRIMARY KEY (basket_id, fare_id),
  constraint price_is_positive CHECK (price > 0)
);

create table booking_events (
  booking_id text not null,
  number integer not null,
  at timestamp with time zone not null,
  kind text not null,
  data jsonb default '{}'::jsonb not null,
  constraint booking_events_pkey PRIMARY KEY (booking_id, number)
);

create table bookings (
  id text not null,
  legacy_id text,
  user_id text,
  booking_reference text not null,
  flight_data jsonb not null,
  passenger_data jsonb not null,
  total_price bigint not null,
  currency text default 'USD'::text not null,
  status text default 'confirmed'::text not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  watch_id text,
  step text,
  due_at timestamp with time zone,
  step_at timestamp with time zone,
  claimed_until timestamp with time zone,
  attempts integer default 0 not null,
  fence bigint default 0 not null,
  offer jsonb,
  simulated boolean default false not null,
  hold boolean default false not null,
  asked_at timestamp with time zone,
  absent_since timestamp with time zone,
  seller_order text,
  sealed text,
  card jsonb,
  payment_intent text,
  payment_tries smallint default 0 not null,
  payment text default 'none'::text not null,
  because text,
  pay_by timestamp with time zone,
  price_until timestamp with time zone,
  departs_at timestamp with time zone,
  arrives_at timestamp with time zone,
  twin text,
  terms_version text,
  cancellation jsonb,
  refund_id text,
  reminded smallint,
  share_hash text,
  seller_actions text[],
  change jsonb,
  charges jsonb default '[]'::jsonb not null,
  returns jsonb default '[]'::jsonb not null,
  airline_changes jsonb default '[]'::jsonb not null,
  hints integer default 0 not null,
  looked integer default 0 not null,
  party text,
  constraint bookings_booking_reference_key UNIQUE (booking_reference),
  constraint bookings_legacy_id_key UNIQUE (legacy_id),
  constraint bookings_payment_intent_key UNIQUE (payment_intent),
  constraint bookings_pkey PRIMARY KEY (id),
  constraint bookings_seller_order_key UNIQUE (seller_order),
  constraint bookings_share_hash_key UNIQUE (share_hash),
  constraint currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$'::text),
  constraint payment_is_known CHECK (payment = ANY (ARRAY['none'::text, 'authorized'::text, 'paid'::text, 'due'::text, 'released'::text, 'refunding'::text, 'refunded'::text, 'refund_failed'::text])),
  constraint places_are_codes CHECK (COALESCE(flight_data ->> 'origin'::text, ''::text) ~ '^[A-Z]{3}$'::text AND COALESCE(flight_data ->> 'destination'::text, ''::text) ~ '^[A-Z]{3}$'::text),
  constraint price_is_positive CHECK (total_price > 0),
  constraint somebody_travels CHECK (jsonb_typeof(passenger_data) = 'array'::text AND passenger_data <> '[]'::jsonb),
  constraint status_is_known CHECK (status = ANY (ARRAY['pending'::text, 'action_required'::text, 'ordering'::text, 'unknown'::text, 'confirmed'::text, 'held'::text, 'failed'::text, 'changing'::text, 'cancelling'::text, 'cancelled'::text, 'expired'::text])),
  constraint step_has_a_moment CHECK ((step IS NULL) = (due_at IS NULL)),
  constraint step_is_known CHECK (step = ANY (ARRAY['authorize'::text, 'act'::text, 'order'::text, 'find'::text, 'capture'::text, 'release'::text, 'pay'::text, 'lapse'::text, 'cancel'::text, 'refund'::text, 'undo'::text, 'remind'::text, 'change_authorize'::text, 'change_act'::text, 'change'::text, 'change_capture'::text, 'change_release'::text, 'accept'::text]))
);

create table channel_tries (
  id text not null,
  channel_id text not null,
  message_id text,
  at timestamp with time zone not null,
  outcome text not null,
  code text,
  milliseconds integer not null,
  answer text,
  constraint answer_is_bounded CHECK (length(answer) <= 1024 AND length(code) <= 60),
  constraint channel_tries_pkey PRIMARY KEY (id),
  constraint outcome_is_known CHECK (outcome = ANY (ARRAY['sent'::text, 'delayed'::text, 'refused'::text]))
);

create table channels (
  id text not null,
  user_id text not null,
  kind text not null,
  name text,
  shown text,
  sealed text,
  token_hash text,
  token_until timestamp with time zone,
  status text default 'on'::text not null,
  off_because text,
  version integer default 1 not null,
  version_at timestamp with time zone default now() not null,
  failing_since timestamp with time zone,
  worked_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  chat_key text,
  told_update bigint,
  told_at timestamp with time zone,
  on_at timestamp with time zone,
  released_at timestamp with time zone,
  about text[],
  constraint about_is_known CHECK (about <@ ARRAY['alert.created'::text, 'watch.ended'::text, 'watch.paused'::text, 'booking.changed'::text]),
  constraint address_is_bounded CHECK (length(shown) <= 255 AND length(sealed) <= 8000),
  constraint channels_pkey PRIMARY KEY (id),
  constraint channels_token_hash_key UNIQUE (token_hash),
  constraint kind_is_known CHECK (kind = ANY (ARRAY['email'::text, 'webhook'::text, 'push'::text, 'ntfy'::text, 'slack'::text, 'discord'::text, 'telegram'::text, 'atom'::text, 'calendar'::text])),
  constraint name_is_bounded CHECK (length(name) >= 1 AND length(name) <= 60),
  constraint off_has_a_reason CHECK ((status = 'off'::text) = (off_because IS NOT NULL)),
  constraint reasons_are_known CHECK (off_because = ANY (ARRAY['bounced'::text, 'complained'::text, 'bounced_often'::text, 'unsubscribed'::text, 'gone'::text, 'failing'::text])),
  constraint status_is_known CHECK (status = ANY (ARRAY['on'::text, 'paused'::text, 'unproven'::text, 'off'::text]))
);

create table data_keys (
  version integer not null,
  wrapped text not null,
  made_at timestamp with time zone default now() not null,
  constraint data_keys_pkey PRIMARY KEY (version),
  constraint versions_count_up CHECK (version >= 1)
);

create table destination_guides (
  code text not null,
  rank smallint,
  added_at timestamp with time zone default now() not null,
  constraint code_is_a_place CHECK (code ~ '^[A-Z]{3}$'::text),
  constraint destination_guides_pkey PRIMARY KEY (code),
  constraint rank_is_positive CHECK (rank > 0)
);

create table due_floor (
  moment timestamp with time zone not null
);

create table export_parts (
  export_id text not null,
  part integer not null,
  content text not null,
  constraint export_parts_pkey PRIMARY KEY (export_id, part),
  constraint parts_are_numbered CHECK (part >= 1)
);

create table exports (
  id text not null,
  user_id text not null,
  claimed_until timestamp with time zone,
  fence bigint default 0 not null,
  attempts integer default 0 not null,
  token_hash text,
  content text,
  expires_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  constraint a_ready_export_is_whole CHECK ((content IS NULL) = (token_hash IS NULL) AND (content IS NULL) = (expires_at IS NULL)),
  constraint exports_pkey PRIMARY KEY (id),
  constraint token_is_a_hash CHECK (token_hash ~ '^[0-9a-f]{64}$'::text)
);

create table fare_keys (
  id text not null,
  origin text,
  destination text,
  departure_date date,
  return_date date,
  cabin text not null,
  max_stops smallint,
  adults smallint not null,
  child_ages smallint[] not null,
  infants smallint not null,
  currency text not null,
  basket text,
  constraint fare_keys_pkey PRIMARY KEY (id)
);

create table fares (
  id text not null,
  origin text,
  destination text,
  departure_date date,
  return_date date,
  cabin text not null,
  max_stops smallint,
  adults smallint not null,
  child_ages smallint[] default '{}'::smallint[] not null,
  infants smallint default 0 not null,
  currency text not null,
  due_at timestamp with time zone,
  claimed_until timestamp with time zone,
  fence bigint default 0 not null,
  attempts integer default 0 not null,
  checked_at timestamp with time zone,
  status text,
  price bigint,
  priced_at timestamp with time zone,
  lowest bigint,
  highest bigint,
  doubtful boolean default false not null,
  days integer[] default '{}'::integer[] not null,
  day_lows bigint[] default '{}'::bigint[] not null,
  created_at timestamp with time zone default now() not null,
  basket text,
  near boolean,
  due_because text,
  empties timestamp with time zone[] default '{}'::timestamp with time zone[] not null,
  thinned_to timestamp with time zone,
  counted boolean default true not null,
  source text,
  source_since timestamp with time zone,
  changed_at timestamp with time zone,
  constraint a_basket_asks_nothing_itself CHECK (num_nulls(origin, destination, departure_date) =
CASE
    WHEN basket IS NULL THEN 0
    ELSE 3
END),
  constraint cabin_is_known CHECK (cabin = ANY (ARRAY['economy'::text, 'premium_economy'::text, 'business'::text, 'first'::text])),
  constraint currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$'::text),
  constraint days_have_lows CHECK (cardinality(days) = cardinality(day_lows)),
  constraint party_fits CHECK (adults >= 1 AND adults <= 9 AND (adults + cardinality(child_ages)) <= 9 AND infants >= 0 AND infants <= adults),
  constraint places_are_codes CHECK (origin ~ '^[A-Z]{3}$'::text AND destination ~ '^[A-Z]{3}$'::text AND origin <> destination),
  constraint prices_are_positive CHECK (price > 0 AND lowest > 0 AND highest > 0),
  constraint return_is_at_most_a_day_before_departure CHECK (return_date >= (departure_date - 1)),
  constraint stops_are_few CHECK (max_stops >= 0 AND max_stops <= 2)
);

create table flight_cache (
  id text not null,
  search_params_hash text not null,
  origin_code text not null,
  destination_code text not null,
  departure_date date not null,
  return_date date,
  results jsonb not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  searched_at timestamp with time zone default now() not null,
  packed bytea,
  constraint flight_cache_pkey PRIMARY KEY (id),
  constraint flight_cache_search_params_hash_key UNIQUE (search_params_hash),
  constraint places_are_codes CHECK (origin_code ~ '^[A-Z]{3}$'::text AND destination_code ~ '^[A-Z]{3}$'::text),
  constraint return_is_at_most_a_day_before_departure CHECK (return_date >= (departure_date - 1))
);

create table flight_claims (
  search_params_hash text not null,
  token text not null,
  claimed_until timestamp with time zone not null,
  fault text,
  fault_until timestamp with time zone,
  constraint fault_has_an_end CHECK ((fault IS NULL) = (fault_until IS NULL)),
  constraint flight_claims_pkey PRIMARY KEY (search_params_hash)
);

create table forecasts (
  id bigint generated always as identity not null,
  day date not null,
  at timestamp with time zone not null,
  origin text not null,
  destination text not null,
  cabin text not null,
  currency text not null,
  departure_date date not null,
  return_date date,
  source text not null,
  share bigint,
  cases integer not null,
  base_rate double precision,
  probability double precision,
  why text,
  outcome text,
  lowest bigint,
  judged_at timestamp with time zone,
  constraint forecast_is_one_a_day UNIQUE NULLS NOT DISTINCT (day, origin, destination, departure_date, return_date, cabin, currency, source),
  constraint forecasts_pkey PRIMARY KEY (id),
  constraint judged_with_a_moment CHECK ((outcome IS NULL) = (judged_at IS NULL)),
  constraint only_what_was_said_is_judged CHECK (outcome IS NULL OR why IS NULL),
  constraint outcome_is_known CHECK (outcome = ANY (ARRAY['cheaper'::text, 'not cheaper'::text, 'unknown'::text])),
  constraint probability_is_a_share CHECK (probability >= 0::double precision AND probability <= 1::double precision AND base_rate >= 0::double precision AND base_rate <= 1::double precision),
  constraint said_or_silent CHECK ((probability IS NULL) <> (why IS NULL)),
  constraint why_is_known CHECK (why = ANY (ARRAY['departs_too_soon'::text, 'no_price'::text, 'too_few_cases'::text, 'no_better_than_base_rate'::text]))
);

create table ghost_days (
  day date not null,
  provider text not null,
  alerts integer default 0 not null,
  ghosts integer default 0 not null,
  constraint counts_are_not_negative CHECK (alerts >= 0 AND ghosts >= 0),
  constraint ghost_days_pkey PRIMARY KEY (day, provider)
);

create table guide_versions (
  id text not null,
  place text not null,
  section text not null,
  language text not null,
  state text default 'draft'::text not null,
  revision integer default 1 not null,
  title text not null,
  source text not null,
  blocks jsonb not null,
  body text not null,
  author text,
  checked_on date not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  published_at timestamp with time zone,
  words tsvector generated always as ((setweight(to_tsvector(search_config(language), title), 'A'::"char") || setweight(to_tsvector(search_config(language), body), 'B'::"char"))) stored not null,
  constraint guide_versions_pkey PRIMARY KEY (id),
  constraint language_is_known CHECK (language = ANY (ARRAY['en'::text, 'de'::text])),
  constraint only_drafts_are_unpublished CHECK ((state = 'draft'::text) = (published_at IS NULL)),
  constraint section_is_known CHECK (section = ANY (ARRAY['overview'::text, 'best_time'::text, 'getting_in'::text, 'getting_around'::text, 'staying'::text, 'food'::text, 'families'::text, 'money'::text, 'safety'::text])),
  constraint source_is_bounded CHECK (length(source) >= 1 AND length(source) <= 20000),
  constraint state_is_known CHECK (state = ANY (ARRAY['draft'::text, 'published'::text, 'replaced'::text, 'withdrawn'::text])),
  constraint title_is_bounded CHECK (length(title) >= 1 AND length(title) <= 100)
);

create table help_pages (
  name text not null,
  language text not null,
  place_in_list smallint not null,
  title text not null,
  blocks jsonb not null,
  body text not null,
  words tsvector generated always as ((setweight(to_tsvector(search_config(language), title), 'A'::"char") || setweight(to_tsvector(search_config(language), body), 'B'::"char"))) stored not null,
  constraint help_pages_pkey PRIMARY KEY (name, language),
  constraint language_is_a_code CHECK (language ~ '^[a-z]{2}$'::text),
  constraint name_is_a_path CHECK (name ~ '^[a-z0-9-]{1,60}$'::text)
);

create table idempotency_keys (
  user_id text not null,
  key text not null,
  request_hash text not null,
  resource_id text not null,
  claimed_until timestamp with time zone not null,
  status smallint,
  body text,
  created_at timestamp with time zone default now() not null,
  constraint an_answer_is_whole CHECK ((status IS NULL) = (body IS NULL)),
  constraint idempotency_keys_pkey PRIMARY KEY (user_id, key),
  constraint key_is_printable CHECK (key ~ '^[ -~]{1,255}$'::text)
);

create table import_runs (
  id text not null,
  at timestamp with time zone not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  files text[] not null,
  counts jsonb default '{}'::jsonb not null,
  reasons jsonb default '{}'::jsonb not null,
  constraint import_runs_pkey PRIMARY KEY (id)
);

create table login_attempts (
  key text not null,
  attempts integer not null,
  ends_at timestamp with time zone not null,
  constraint attempts_are_positive CHECK (attempts > 0),
  constraint login_attempts_pkey PRIMARY KEY (key)
);

create table mail_events (
  id text not null,
  channel_id text not null,
  kind text not null,
  at timestamp with time zone not null,
  constraint id_is_bounded CHECK (length(id) <= 200),
  constraint kind_is_known CHECK (kind = ANY (ARRAY['bounced'::text, 'complained'::text, 'delayed'::text])),
  constraint mail_events_pkey PRIMARY KEY (id)
);

create table mailbox_letters (
  kind text not null,
  mailbox text not null,
  letters integer not null,
  ends_at timestamp with time zone not null,
  constraint letters_are_positive CHECK (letters > 0),
  constraint mailbox_is_a_hash CHECK (mailbox ~ '^[0-9a-f]{64}$'::text),
  constraint mailbox_letters_pkey PRIMARY KEY (kind, mailbox)
);

create table messages (
  id text not null,
  user_id text,
  kind text not null,
  email text,
  data jsonb,
  status text default 'pending'::text not null,
  due_at timestamp with time zone default now() not null,
  claimed_until timestamp with time zone,
  fence bigint default 0 not null,
  attempts integer default 0 not null,
  provider_id text,
  failure text,
  settled_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  channel_id text,
  words jsonb,
  held boolean default false not null,
  slot_at timestamp with time zone,
  checked_until timestamp with time zone,
  tried_at timestamp with time zone,
  request_id text,
  constraint email_is_bounded CHECK (length(email) >= 3 AND length(email) <= 320),
  constraint kind_is_known CHECK (kind = ANY (ARRAY['verify'::text, 'reset'::text, 'email_change_old'::text, 'email_change_new'::text, 'email_taken'::text, 'new_device'::text, 'password_changed'::text, 'email_changed'::text, 'export_ready'::text, 'account_deleted'::text, 'watch_ended'::text, 'watch_paused'::text, 'key_made'::text, 'factor_changed'::text, 'alerts'::text, 'digest'::text, 'test'::text, 'channel_off'::text, 'keep_watching'::text, 'booking_changed'::text, 'moved'::text, 'post_decided'::text])),
  constraint message_has_a_way CHECK (status <> 'pending'::text OR email IS NOT NULL OR channel_id IS NOT NULL),
  constraint messages_pkey PRIMARY KEY (id),
  constraint request_id_fits_a_header CHECK (request_id ~ '^[A-Za-z0-9_=-]{1,64}$'::text),
  constraint status_is_known CHECK (status = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text, 'dropped'::text])),
  constraint what_is_settled_is_forgotten CHECK (
CASE status
    WHEN 'pending'::text THEN data IS NOT NULL AND settled_at IS NULL
    ELSE email IS NULL AND data IS NULL AND settled_at IS NOT NULL AND (words IS NULL OR channel_id IS NOT NULL)
END)
);

create table moved_rows (
  source text not null,
  old_id text not null,
  new_id text not null,
  fate text not null,
  why text[] default '{}'::text[] not null,
  read_digest bytea not null,
  written_digest bytea not null,
  constraint fate_is_known CHECK (fate = ANY (ARRAY['imported'::text, 'merged'::text])),
  constraint id_is_bounded CHECK (length(old_id) >= 1 AND length(old_id) <= 200),
  constraint moved_rows_pkey PRIMARY KEY (source, old_id),
  constraint source_is_known CHECK (source = ANY (ARRAY['users'::text, 'watches'::text, 'bookings'::text, 'searches'::text, 'passenger_profiles'::text]))
);

create table passkey_challenges (
  id text not null,
  expires_at timestamp with time zone not null,
  constraint id_is_a_hash CHECK (id ~ '^[0-9a-f]{64}$'::text),
  constraint passkey_challenges_pkey PRIMARY KEY (id)
);

create table passkeys (
  id text not null,
  user_id text not null,
  credential_id text not null,
  public_key text not null,
  counter bigint not null,
  transports text[] not null,
  backed_up boolean not null,
  name text not null,
  created_at timestamp with time zone default now() not null,
  last_used_at timestamp with time zone,
  constraint counter_moves_on CHECK (counter >= 0),
  constraint key_is_bounded CHECK (length(credential_id) <= 1400 AND length(public_key) <= 8000),
  constraint name_is_bounded CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint passkeys_credential_id_key UNIQUE (credential_id),
  constraint passkeys_pkey PRIMARY KEY (id),
  constraint transports_are_bounded CHECK (cardinality(transports) <= 10)
);

create table payment_customers (
  user_id text not null,
  customer text,
  asked_at timestamp with time zone default now() not null,
  constraint payment_customers_customer_key UNIQUE (customer),
  constraint payment_customers_pkey PRIMARY KEY (user_id)
);

create table payment_methods (
  id text not null,
  user_id text not null,
  token text not null,
  brand text not null,
  last_four text not null,
  expires_month smallint not null,
  expires_year smallint not null,
  is_default boolean default false not null,
  created_at timestamp with time zone default now() not null,
  constraint expiry_is_a_month CHECK (expires_month >= 1 AND expires_month <= 12 AND expires_year >= 2000 AND expires_year <= 2200),
  constraint last_four_are_digits CHECK (last_four ~ '^\d{4}$'::text),
  constraint payment_methods_pkey PRIMARY KEY (id),
  constraint payment_methods_token_key UNIQUE (token)
);

create table payment_removals (
  subject text not null,
  due_at timestamp with time zone default now() not null,
  tries integer default 0 not null,
  constraint payment_removals_pkey PRIMARY KEY (subject),
  constraint subject_is_at_stripe CHECK (subject ~ '^(pm|cus|usr)_'::text)
);

create table post_appeals (
  post_id text not null,
  text text not null,
  at timestamp with time zone not null,
  decided_at timestamp with time zone,
  constraint post_appeals_pkey PRIMARY KEY (post_id),
  constraint text_is_bounded CHECK (length(text) >= 1 AND length(text) <= 1000)
);

create table post_decisions (
  post_id text not null,
  number integer not null,
  operator_id text,
  decision text not null,
  reason text not null,
  at timestamp with time zone not null,
  is_second boolean not null,
  constraint decision_is_known CHECK (decision = ANY (ARRAY['publish'::text, 'hide'::text])),
  constraint post_decisions_pkey PRIMARY KEY (post_id, number),
  constraint reason_is_bounded CHECK (length(reason) >= 1 AND length(reason) <= 500)
);

create table post_reports (
  post_id text not null,
  user_id text not null,
  reason text not null,
  note text,
  at timestamp with time zone not null,
  decided_at timestamp with time zone,
  constraint note_is_bounded CHECK (length(note) >= 1 AND length(note) <= 500),
  constraint post_reports_pkey PRIMARY KEY (post_id, user_id),
  constraint reason_is_known CHECK (reason = ANY (ARRAY['spam'::text, 'abuse'::text, 'personal'::text, 'false'::text, 'off_topic'::text, 'other'::text]))
);

create table post_versions (
  post_id text not null,
  number integer not null,
  at timestamp with time zone not null,
  language text not null,
  title text,
  body text not null,
  details jsonb not null,
  constraint post_versions_pkey PRIMARY KEY (post_id, number)
);

create table post_votes (
  post_id text not null,
  user_id text not null,
  at timestamp with time zone not null,
  constraint post_votes_pkey PRIMARY KEY (post_id, user_id)
);

create table posts (
  id text not null,
  kind text not null,
  place text not null,
  user_id text,
  state text not null,
  language text not null,
  title text,
  body text not null,
  named boolean default false not null,
  useful integer default 0 not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  published_at timestamp with time zone,
  rank double precision generated always as (((ln(((1 + useful))::double precision) / ln((2)::double precision)) + ((EXTRACT(epoch FROM (COALESCE(published_at, created_at) AT TIME ZONE 'UTC'::text)))::double precision / ((180 * 86400))::double precision))) stored not null,
  words tsvector generated always as ((setweight(to_tsvector(search_config(language), COALESCE(title, ''::text)), 'A'::"char") || setweight(to_tsvector(search_config(language), body), 'B'::"char"))) stored not null,
  in_front boolean default true not null,
  constraint a_review_has_a_title CHECK ((kind = 'review'::text) = (title IS NOT NULL)),
  constraint kind_is_known CHECK (kind = ANY (ARRAY['tip'::text, 'review'::text])),
  constraint language_is_a_code CHECK (language ~ '^[a-z]{2}$'::text),
  constraint place_is_a_code CHECK (place ~ '^[A-Z]{3}$'::text),
  constraint posts_pkey PRIMARY KEY (id),
  constraint published_has_a_moment CHECK (state <> 'published'::text OR published_at IS NOT NULL),
  constraint state_is_known CHECK (state = ANY (ARRAY['waiting'::text, 'published'::text, 'hidden'::text, 'withdrawn'::text])),
  constraint text_is_bounded CHECK (length(body) >= 1 AND length(body) <= 3000 AND length(title) >= 1 AND length(title) <= 80),
  constraint useful_is_not_negative CHECK (useful >= 0)
);

create table price_observations (
  fare_id text not null,
  at timestamp with time zone not null,
  status text not null,
  price bigint,
  provider text not null,
  confirmable boolean default false not null,
  of_id text,
  constraint only_answers_have_prices CHECK ((price IS NOT NULL) = (status = ANY (ARRAY['ok'::text, 'partial'::text, 'ghost'::text]))),
  constraint price_is_positive CHECK (price > 0),
  constraint price_observations_pkey PRIMARY KEY (fare_id, at, status),
  constraint status_is_known CHECK (status = ANY (ARRAY['ok'::text, 'partial'::text, 'no_results'::text, 'provider_error'::text, 'rate_limited'::text, 'ghost'::text]))
) partition by RANGE (at);

create table price_watches (
  id text not null,
  legacy_id text,
  user_id text not null,
  origin_code text not null,
  destination_code text not null,
  departure_date date not null,
  return_date date,
  class text not null,
  max_stops smallint,
  adults smallint not null,
  child_ages smallint[] default '{}'::smallint[] not null,
  infants smallint default 0 not null,
  passenger_count smallint generated always as (((adults + cardinality(child_ages)) + infants)) stored not null,
  currency text not null,
  target_price bigint,
  alert_threshold numeric(5,4) default 0.10,
  new_low boolean default false not null,
  route_low boolean default false not null,
  is_active boolean default true not null,
  ended_at timestamp with time zone,
  state jsonb default '{}'::jsonb not null,
  version integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  what jsonb,
  ends_on date,
  ends_at timestamp with time zone,
  snoozed_until timestamp with time zone,
  paused_because text,
  booked_price bigint,
  series integer default 1 not null,
  since timestamp with time zone default now() not null,
  ended_because text,
  asked_at timestamp with time zone,
  channels text[],
  constraint a_rule_is_on CHECK (target_price IS NOT NULL OR alert_threshold IS NOT NULL OR new_low OR route_low),
  constraint an_active_watch_is_not_paused CHECK (paused_because IS NULL OR NOT is_active),
  constraint an_end_has_a_moment CHECK (ended_because IS NULL OR ended_at IS NOT NULL),
  constraint an_ended_watch_is_not_active CHECK (ended_at IS NULL OR NOT is_active),
  constraint booked_price_is_positive CHECK (booked_price > 0),
  constraint class_is_known CHECK (class = ANY (ARRAY['economy'::text, 'premium_economy'::text, 'business'::text, 'first'::text])),
  constraint currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$'::text),
  constraint ends_are_known CHECK (ended_because = ANY (ARRAY['booked'::text, 'time'::text])),
  constraint party_fits CHECK (adults >= 1 AND adults <= 9 AND (adults + cardinality(child_ages)) <= 9 AND infants >= 0 AND infants <= adults),
  constraint pauses_are_known CHECK (paused_because = ANY (ARRAY['person'::text, 'empty'::text, 'silent'::text, 'moved'::text])),
  constraint places_are_codes CHECK (origin_code ~ '^[A-Z]{3}$'::text AND destination_code ~ '^[A-Z]{3}$'::text AND origin_code <> destination_code),
  constraint price_watches_legacy_id_key UNIQUE (legacy_id),
  constraint price_watches_pkey PRIMARY KEY (id),
  constraint return_is_at_most_a_day_before_departure CHECK (return_date >= (departure_date - 1)),
  constraint stops_are_few CHECK (max_stops >= 0 AND max_stops <= 2),
  constraint target_is_positive CHECK (target_price > 0),
  constraint threshold_is_a_share CHECK (alert_threshold >= 0.01 AND alert_threshold <= 0.90)
);

create table provider_days (
  provider text not null,
  day date not null,
  purpose text not null,
  outcome text not null,
  epoch text not null,
  calls bigint not null,
  constraint calls_are_not_negative CHECK (calls >= 0),
  constraint outcome_is_known CHECK (outcome = ANY (ARRAY['asked'::text, 'ok'::text, 'partial'::text, 'no_results'::text, 'provider_error'::text, 'rate_limited'::text, 'expired'::text, 'gone'::text, 'abandoned'::text])),
  constraint provider_days_pkey PRIMARY KEY (provider, day, purpose, outcome, epoch),
  constraint purpose_is_known CHECK (purpose = ANY (ARRAY['person'::text, 'background'::text]))
);

create table provider_switches (
  provider text not null,
  enabled boolean not null,
  version bigint default 1 not null,
  changed_at timestamp with time zone default now() not null,
  constraint provider_switches_pkey PRIMARY KEY (provider)
);

create table public_holidays (
  country text not null,
  day date not null,
  name text not null,
  local_name text,
  kind text not null,
  constraint country_is_a_code CHECK (country ~ '^[A-Z]{2}$'::text),
  constraint kind_is_known CHECK (kind = ANY (ARRAY['public'::text, 'bank'::text, 'school'::text])),
  constraint public_holidays_pkey PRIMARY KEY (country, day, name)
);

create table recovery_codes (
  user_id text not null,
  hash text not null,
  uses smallint default 0 not null,
  created_at timestamp with time zone default now() not null,
  constraint hash_is_a_hash CHECK (hash ~ '^[0-9a-f]{64}$'::text),
  constraint recovery_code_works_once CHECK (uses <= 1),
  constraint recovery_codes_pkey PRIMARY KEY (user_id, hash)
);

create table reviews (
  post_id text not null,
  rating smallint not null,
  travelled_in date not null,
  party text not null,
  purpose text not null,
  flew boolean not null,
  constraint party_is_known CHECK (party = ANY (ARRAY['alone'::text, 'couple'::text, 'family'::text, 'friends'::text, 'business'::text])),
  constraint purpose_is_known CHECK (purpose = ANY (ARRAY['beach'::text, 'city'::text, 'nature'::text, 'work'::text, 'visit'::text, 'other'::text])),
  constraint rating_is_one_to_five CHECK (rating >= 1 AND rating <= 5),
  constraint reviews_pkey PRIMARY KEY (post_id),
  constraint travelled_in_is_a_month CHECK (EXTRACT(day FROM travelled_in) = 1::numeric)
);

create table route_buckets (
  sample_id bigint not null,
  bucket integer not null,
  number integer not null,
  shares bigint[] not null,
  numbers integer[] not null,
  constraint route_buckets_pkey PRIMARY KEY (sample_id, bucket)
);

create table route_changes (
  origin text not null,
  destination text not null,
  cabin text not null,
  currency text not null,
  departure_date date not null,
  return_date date,
  source text not null,
  at timestamp with time zone not null,
  share bigint not null,
  number integer not null
);

create table route_days (
  sample_id bigint not null,
  day date not null,
  number integer not null,
  first timestamp with time zone not null,
  last timestamp with time zone not null,
  lowest bigint not null,
  middle bigint not null,
  ats timestamp with time zone[] not null,
  shares bigint[] not null,
  numbers integer[] not null,
  constraint route_days_pkey PRIMARY KEY (sample_id, day)
);

create table route_lows (
  sample_id bigint not null,
  at timestamp with time zone not null,
  share bigint,
  pending boolean default true not null,
  constraint route_lows_pkey PRIMARY KEY (sample_id, at)
);

create table route_ranges (
  sample_id bigint not null,
  range integer not null,
  number bigint not null,
  constraint route_ranges_pkey PRIMARY KEY (sample_id, range)
);

create table route_samples (
  id bigint generated always as identity not null,
  origin text not null,
  destination text not null,
  cabin text not null,
  currency text not null,
  part text not null,
  of_route boolean generated always as ((part ~ '^[or]'::text)) stored not null,
  source text not null,
  since timestamp with time zone not null,
  number bigint default 0 not null,
  low_bucket integer,
  low_below bigint default 0 not null,
  constraint route_sample_is_one UNIQUE (origin, destination, cabin, currency, part, source),
  constraint route_samples_pkey PRIMARY KEY (id)
);

create table search_analytics (
  id text not null,
  created_at timestamp with time zone not null,
  user_id text,
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
  status text,
  freshness text,
  provider text,
  results_count integer,
  cheapest bigint,
  search_duration_ms integer,
  legacy_id text,
  constraint a_request_is_somebodys CHECK (request_id IS NULL OR user_id IS NOT NULL),
  constraint cheapest_is_positive_money CHECK (cheapest IS NULL OR cheapest > 0 AND currency IS NOT NULL),
  constraint class_is_known CHECK (class = ANY (ARRAY['economy'::text, 'premium_economy'::text, 'business'::text, 'first'::text])),
  constraint counts_are_not_negative CHECK (results_count >= 0 AND search_duration_ms >= 0),
  constraint currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$'::text),
  constraint freshness_is_known CHECK (freshness = ANY (ARRAY['fresh'::text, 'cached'::text, 'stale'::text])),
  constraint places_are_codes CHECK (origin_code ~ '^[A-Z]{3}$'::text AND destination_code ~ '^[A-Z]{3}$'::text),
  constraint return_is_at_most_a_day_before_departure CHECK (return_date >= (departure_date - 1)),
  constraint search_analytics_pkey PRIMARY KEY (id, created_at),
  constraint status_is_known CHECK (status = ANY (ARRAY['ok'::text, 'partial'::text, 'no_results'::text, 'provider_error'::text, 'rate_limited'::text]))
) partition by RANGE (created_at);

create table search_days (
  day date not null,
  provider text not null,
  status text not null,
  freshness text not null,
  searches bigint not null,
  results bigint not null,
  constraint search_days_pkey PRIMARY KEY (day, provider, status, freshness)
);

create table search_patterns (
  day date not null,
  pattern text not null,
  at_least smallint not null,
  searches bigint not null,
  constraint pattern_is_known CHECK (pattern = ANY (ARRAY['ahead'::text, 'stay'::text, 'party'::text])),
  constraint search_patterns_pkey PRIMARY KEY (day, pattern, at_least)
);

create table search_routes (
  period text not null,
  starts_on date not null,
  origin_code text not null,
  destination_code text not null,
  searches bigint not null,
  results bigint not null,
  people integer not null,
  watchers integer default 0 not null,
  bookers integer default 0 not null,
  constraint counts_are_not_negative CHECK (searches >= 0 AND results >= 0 AND people >= 0 AND watchers >= 0 AND bookers >= 0),
  constraint period_is_known CHECK (period = ANY (ARRAY['day'::text, 'week'::text, 'month'::text])),
  constraint search_routes_pkey PRIMARY KEY (period, starts_on, origin_code, destination_code)
);

create table search_words (
  word text not null,
  stem boolean not null,
  documents integer not null,
  constraint search_words_pkey PRIMARY KEY (word, stem)
);

create table seller_events (
  seller text not null,
  event text not null,
  received_at timestamp with time zone default now() not null,
  handled_at timestamp with time zone,
  constraint seller_events_pkey PRIMARY KEY (seller, event),
  constraint seller_is_known CHECK (seller = ANY (ARRAY['stripe'::text, 'duffel'::text]))
);

create table sessions (
  id text not null,
  user_id text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  last_used_at timestamp with time zone default now() not null,
  password_version integer default 1 not null,
  device text,
  network cidr,
  proven_at timestamp with time zone default now() not null,
  passkey_id text,
  by_factor boolean default false not null,
  constraint id_is_a_hash CHECK (id ~ '^[0-9a-f]{64}$'::text),
  constraint sessions_pkey PRIMARY KEY (id)
);

create table simulated_changes (
  id text not null,
  order_id text not null,
  slices jsonb not null,
  departs_at timestamp with time zone not null,
  due bigint not null,
  penalty bigint not null,
  currency text not null,
  expires_at timestamp with time zone not null,
  confirmed_at timestamp with time zone,
  constraint penalty_is_not_negative CHECK (penalty >= 0),
  constraint simulated_changes_pkey PRIMARY KEY (id)
);

create table simulated_orders (
  id text not null,
  reference text not null,
  created_at timestamp with time zone not null,
  total bigint not null,
  currency text not null,
  metadata jsonb not null,
  seats smallint not null,
  refund jsonb,
  tickets text[] default '{}'::text[] not null,
  departs_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  pay_by timestamp with time zone,
  price_until timestamp with time zone,
  cancellation_id text,
  cancellation_until timestamp with time zone,
  cancelled_at timestamp with time zone,
  change jsonb,
  slices jsonb,
  constraint simulated_orders_cancellation_id_key UNIQUE (cancellation_id),
  constraint simulated_orders_pkey PRIMARY KEY (id),
  constraint total_is_positive CHECK (total > 0)
);

create table totp_secrets (
  user_id text not null,
  secret text not null,
  confirmed_at timestamp with time zone,
  last_step bigint default 0 not null,
  created_at timestamp with time zone default now() not null,
  constraint totp_code_works_once CHECK (last_step >= 0),
  constraint totp_secrets_pkey PRIMARY KEY (user_id)
);

create table travel_tips (
  post_id text not null,
  kind text not null,
  constraint kind_is_known CHECK (kind = ANY (ARRAY['transit'::text, 'money'::text, 'safety'::text, 'food'::text, 'stay'::text, 'families'::text, 'access'::text, 'other'::text])),
  constraint travel_tips_pkey PRIMARY KEY (post_id)
);

create table traveler_documents (
  id text not null,
  user_id text not null,
  traveler_id text not null,
  sealed text not null,
  created_at timestamp with time zone default now() not null,
  constraint a_document_is_sealed CHECK (sealed ~ '^[1-9]\d*\.[A-Za-z0-9_-]{38,}$'::text),
  constraint traveler_documents_pkey PRIMARY KEY (id)
);

create table travelers (
  id text not null,
  user_id text not null,
  sealed text not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  legacy_id text,
  constraint a_traveler_has_one_owner UNIQUE (user_id, id),
  constraint a_traveler_is_sealed CHECK (sealed ~ '^[1-9]\d*\.[A-Za-z0-9_-]{38,}$'::text),
  constraint travelers_legacy_id_key UNIQUE (legacy_id),
  constraint travelers_pkey PRIMARY KEY (id)
);

create table users (
  id text not null,
  legacy_id text,
  email text not null,
  email_key text not null,
  email_verified boolean default false not null,
  password_hash text not null,
  first_name text not null,
  last_name text not null,
  phone text,
  preferred_airlines text[] default '{}'::text[] not null,
  preferred_airports text[] default '{}'::text[] not null,
  seat_preference text default 'aisle'::text not null,
  meal_preference text default 'standard'::text not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  password_version integer default 1 not null,
  home_airport text,
  currency text,
  language text,
  time_zone text,
  quiet_from time without time zone default '22:00:00'::time without time zone,
  quiet_to time without time zone default '07:00:00'::time without time zone,
  is_operator boolean default false not null,
  searches_forgotten_at timestamp with time zone,
  messages_a_day smallint default 3 not null,
  digest_at time without time zone default '08:00:00'::time without time zone not null,
  messages_paused_until date,
  seen_at timestamp with time zone default now() not null,
  asked_to_keep_at timestamp with time zone,
  phone_as_given text,
  invited_at timestamp with time zone,
  factor_required boolean default false not null,
  constraint currency_is_a_code CHECK (currency ~ '^[A-Z]{3}$'::text),
  constraint email_is_bounded CHECK (length(email) >= 3 AND length(email) <= 320 AND length(email_key) >= 3 AND length(email_key) <= 320),
  constraint home_airport_is_a_code CHECK (home_airport ~ '^[A-Z]{3}$'::text),
  constraint language_is_bounded CHECK (length(language) >= 2 AND length(language) <= 35),
  constraint messages_a_day_are_few CHECK (messages_a_day >= 0 AND messages_a_day <= 20),
  constraint name_is_bounded CHECK (length(first_name) >= 1 AND length(first_name) <= 100 AND length(last_name) <= 100),
  constraint password_changes_in_turn CHECK (password_version > 0),
  constraint password_is_counted UNIQUE (id, password_version),
  constraint phone_as_given_is_bounded CHECK (length(phone_as_given) >= 1 AND length(phone_as_given) <= 200),
  constraint phone_is_e164 CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'::text),
  constraint quiet_hours_are_whole CHECK ((quiet_from IS NULL) = (quiet_to IS NULL) AND quiet_from <> quiet_to),
  constraint time_zone_is_bounded CHECK (length(time_zone) >= 2 AND length(time_zone) <= 64),
  constraint users_email_key_key UNIQUE (email_key),
  constraint users_legacy_id_key UNIQUE (legacy_id),
  constraint users_pkey PRIMARY KEY (id)
);

create table verification_tokens (
  id text not null,
  user_id text not null,
  purpose text not null,
  email text not null,
  email_key text not null,
  uses smallint default 0 not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  constraint id_is_a_hash CHECK (id ~ '^[0-9a-f]{64}$'::text),
  constraint purpose_is_known CHECK (purpose = ANY (ARRAY['verify'::text, 'reset'::text, 'email_change_old'::text, 'email_change_new'::text, 'login'::text])),
  constraint token_works_once CHECK (uses <= 1),
  constraint verification_tokens_pkey PRIMARY KEY (id)
);

create table watch_changes (
  watch_id text not null,
  version integer not null,
  at timestamp with time zone not null,
  after timestamp with time zone,
  fare_id text not null,
  series integer not null,
  what jsonb,
  target_price bigint,
  alert_threshold numeric(5,4),
  new_low boolean not null,
  route_low boolean not null,
  is_active boolean not null,
  snoozed_until timestamp with time zone,
  anew text[] default '{}'::text[] not null,
  source text,
  source_since timestamp with time zone,
  state jsonb,
  constraint watch_changes_pkey PRIMARY KEY (watch_id, version)
);

create table watch_fares (
  watch_id text not null,
  fare_id text not null,
  wake_below bigint default '9223372036854775807'::bigint not null,
  wake_above bigint,
  wake_drop smallint,
  wake_first bigint,
  wake_new_low boolean default false not null,
  wake_route_low boolean default false not null,
  live boolean default true not null,
  constraint watch_fares_pkey PRIMARY KEY (watch_id, fare_id)
);

create table price_observations_default partition of price_observations DEFAULT;

create table search_analytics_default partition of search_analytics DEFAULT;

CREATE INDEX account_events_at ON account_events USING btree (at);

CREATE INDEX account_events_user_id ON account_events USING btree (user_id, at);

CREATE INDEX alert_deliveries_message_id ON alert_deliveries USING btree (message_id) WHERE message_id IS NOT NULL;

CREATE INDEX alert_rules_alert_id ON alert_rules USING btree (alert_id);

CREATE INDEX alerts_fare_id ON alerts USING btree (fare_id);

CREATE INDEX alerts_route ON alerts USING btree (destination, origin, at);

CREATE INDEX alerts_unplanned ON alerts USING btree (user_id, id) WHERE planned_at IS NULL;

CREATE INDEX alerts_unread ON alerts USING btree (user_id, id) WHERE read_at IS NULL;

CREATE INDEX alerts_user_id ON alerts USING btree (user_id, id);

CREATE INDEX api_keys_expires_at ON api_keys USING btree (expires_at);

CREATE INDEX api_keys_user_id ON api_keys USING btree (user_id, id);

CREATE INDEX auto_holds_booking_id ON auto_holds USING btree (booking_id);

CREATE INDEX auto_holds_user_id ON auto_holds USING btree (user_id);

CREATE INDEX basket_fares_fare_id ON basket_fares USING btree (fare_id);

CREATE UNIQUE INDEX basket_has_one_key ON fare_keys USING btree (basket) WHERE basket IS NOT NULL;

CREATE INDEX baskets_due_at ON fares USING btree (due_at) WHERE due_at IS NOT NULL AND basket IS NOT NULL;

CREATE INDEX bookings_created_at ON bookings USING btree (created_at);

CREATE INDEX bookings_departs_at ON bookings USING btree (user_id, departs_at, id);

CREATE INDEX bookings_due_at ON bookings USING btree (due_at, id) WHERE due_at IS NOT NULL;

CREATE INDEX bookings_route ON bookings USING btree ((flight_data ->> 'origin'::text), (flight_data ->> 'destination'::text), created_at);

CREATE UNIQUE INDEX bookings_twin ON bookings USING btree (twin) WHERE status = ANY (ARRAY['pending'::text, 'action_required'::text, 'ordering'::text, 'unknown'::text, 'confirmed'::text, 'held'::text, 'changing'::text, 'cancelling'::text]);

CREATE INDEX bookings_user_id ON bookings USING btree (user_id);

CREATE UNIQUE INDEX channel_email_is_one ON channels USING btree (user_id) WHERE kind = 'email'::text;

CREATE INDEX channel_tries_at ON channel_tries USING btree (at);

CREATE INDEX channel_tries_channel_id ON channel_tries USING btree (channel_id, id);

CREATE INDEX channels_chat_key ON channels USING btree (chat_key) WHERE chat_key IS NOT NULL;

CREATE INDEX channels_user_id ON channels USING btree (user_id, id);

CREATE INDEX exports_expires_at ON exports USING btree (expires_at) WHERE expires_at IS NOT NULL;

CREATE INDEX exports_pending ON exports USING btree (created_at, id) WHERE content IS NULL;

CREATE INDEX exports_user_id ON exports USING btree (user_id);

CREATE UNIQUE INDEX fare_has_one_key ON fare_keys USING btree (origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency) NULLS NOT DISTINCT WHERE basket IS NULL;

CREATE INDEX fares_at_rest ON fares USING btree (departure_date) WHERE due_at IS NULL AND basket IS NULL;

CREATE INDEX fares_basket ON fares USING btree (basket) WHERE basket IS NOT NULL;

CREATE INDEX fares_due_at ON fares USING btree (due_at) WHERE due_at IS NOT NULL AND basket IS NULL;

CREATE INDEX fares_empty ON fares USING btree (id) WHERE cardinality(empties) = 5;

CREATE UNIQUE INDEX fares_fence ON fares USING btree (id, fence);

CREATE INDEX fares_route ON fares USING btree (origin, destination, departure_date) WHERE basket IS NULL;

CREATE INDEX fares_source ON fares USING btree (source);

CREATE INDEX fares_to_count ON fares USING btree (origin, destination) WHERE NOT counted;

CREATE INDEX fares_to_forget ON fares USING btree (checked_at, created_at, id) WHERE due_at IS NULL;

CREATE INDEX fares_to_thin ON fares USING btree (checked_at, id) WHERE due_at IS NULL AND (thinned_to IS NULL OR thinned_to <= checked_at);

CREATE INDEX flight_cache_expires_at ON flight_cache USING btree (expires_at);

CREATE INDEX flight_claims_claimed_until ON flight_claims USING btree (claimed_until);

CREATE INDEX forecasts_to_judge ON forecasts USING btree (day, id) WHERE outcome IS NULL AND why IS NULL;

CREATE UNIQUE INDEX guide_draft ON guide_versions USING btree (place, section, language) WHERE state = 'draft'::text;

CREATE UNIQUE INDEX guide_published ON guide_versions USING btree (place, section, language) WHERE state = 'published'::text;

CREATE INDEX guide_versions_of_a_place ON guide_versions USING btree (place, id);

CREATE INDEX guide_versions_of_an_author ON guide_versions USING btree (author);

CREATE INDEX guide_versions_words ON guide_versions USING gin (words) WITH (fastupdate=off) WHERE state = 'published'::text;

CREATE INDEX help_pages_words ON help_pages USING gin (words) WITH (fastupdate=off);

CREATE INDEX idempotency_keys_created_at ON idempotency_keys USING btree (created_at);

CREATE INDEX login_attempts_ends_at ON login_attempts USING btree (ends_at);

CREATE INDEX mail_events_at ON mail_events USING btree (at);

CREATE INDEX mail_events_channel_id ON mail_events USING btree (channel_id, at);

CREATE INDEX mailbox_letters_ends_at ON mailbox_letters USING btree (ends_at);

CREATE INDEX messages_channel_id ON messages USING btree (channel_id, id) WHERE channel_id IS NOT NULL;

CREATE INDEX messages_due_at ON messages USING btree (due_at, id) WHERE status = 'pending'::text;

CREATE INDEX messages_failed ON messages USING btree (id) WHERE status = 'failed'::text;

CREATE INDEX messages_given_up ON messages USING btree (user_id) WHERE status = 'failed'::text AND (kind = ANY (ARRAY['alerts'::text, 'digest'::text]));

CREATE INDEX messages_of_a_channel ON messages USING btree (channel_id, due_at, id) WHERE status = 'pending'::text AND channel_id IS NOT NULL;

CREATE INDEX messages_settled_at ON messages USING btree (settled_at) WHERE settled_at IS NOT NULL;

CREATE INDEX messages_user_id ON messages USING btree (user_id);

CREATE INDEX moved_rows_by_new_id ON moved_rows USING btree (new_id);

CREATE UNIQUE INDEX one_export_is_under_way ON exports USING btree (user_id) WHERE content IS NULL;

CREATE UNIQUE INDEX one_review_a_year ON posts USING btree (user_id, place, EXTRACT(year FROM (created_at AT TIME ZONE 'UTC'::text))) WHERE kind = 'review'::text AND state <> 'withdrawn'::text;

CREATE INDEX passkey_challenges_expires_at ON passkey_challenges USING btree (expires_at);

CREATE INDEX passkeys_user_id ON passkeys USING btree (user_id, id);

CREATE UNIQUE INDEX payment_methods_default ON payment_methods USING btree (user_id) WHERE is_default;

CREATE INDEX payment_methods_user_id ON payment_methods USING btree (user_id, id);

CREATE INDEX payment_removals_due_at ON payment_removals USING btree (due_at);

CREATE INDEX post_appeals_open ON post_appeals USING btree (post_id) WHERE decided_at IS NULL;

CREATE INDEX post_decisions_operator_id ON post_decisions USING btree (operator_id);

CREATE INDEX post_reports_open ON post_reports USING btree (post_id) WHERE decided_at IS NULL;

CREATE INDEX post_reports_user_id ON post_reports USING btree (user_id);

CREATE INDEX post_votes_user_id ON post_votes USING btree (user_id);

CREATE INDEX posts_by_age ON posts USING btree (place, kind, id DESC) WHERE state = 'published'::text;

CREATE INDEX posts_by_rank ON posts USING btree (place, kind, rank DESC, id DESC) WHERE state = 'published'::text;

CREATE INDEX posts_front ON posts USING btree (place, language, rank DESC) WHERE state = 'published'::text AND in_front;

CREATE INDEX posts_user_id ON posts USING btree (user_id, id);

CREATE INDEX posts_waiting ON posts USING btree (id) WHERE state = 'waiting'::text;

CREATE INDEX posts_withdrawn ON posts USING btree (updated_at) WHERE state = 'withdrawn'::text;

CREATE INDEX posts_words_back ON posts USING gin (words) WITH (fastupdate=off) WHERE state = 'published'::text AND NOT in_front;

CREATE INDEX posts_words_front ON posts USING gin (words) WITH (fastupdate=off) WHERE state = 'published'::text AND in_front;

CREATE INDEX price_observations_ghosts ON price_observations USING btree (at) WHERE status = 'ghost'::text;

CREATE INDEX price_watches_created_at ON price_watches USING btree (created_at);

CREATE INDEX price_watches_ends_at ON price_watches USING btree (ends_at) WHERE ended_at IS NULL;

CREATE INDEX price_watches_user_id ON price_watches USING btree (user_id, id);

CREATE INDEX provider_days_day ON provider_days USING btree (day);

CREATE INDEX reviews_of_a_place ON posts USING btree (place, created_at) WHERE kind = 'review'::text;

CREATE INDEX route_changes_route ON route_changes USING btree (origin, destination);

CREATE INDEX route_lows_pending ON route_lows USING btree (at) WHERE pending;

CREATE INDEX route_samples_of_dates ON route_samples USING btree (since) WHERE NOT of_route;

CREATE INDEX route_samples_of_routes ON route_samples USING btree (since) WHERE of_route;

CREATE INDEX search_analytics_user_id ON search_analytics USING btree (user_id, id) WHERE user_id IS NOT NULL;

CREATE INDEX search_routes_origin ON search_routes USING btree (period, starts_on, origin_code, people, searches);

CREATE INDEX search_routes_people ON search_routes USING btree (period, starts_on, people, searches);

CREATE INDEX search_routes_starts_on ON search_routes USING btree (starts_on);

CREATE INDEX search_words_alike ON search_words USING gin (word gin_trgm_ops) WHERE NOT stem;

CREATE INDEX seller_events_received_at ON seller_events USING btree (received_at);

CREATE INDEX sessions_expires_at ON sessions USING btree (expires_at);

CREATE INDEX sessions_passkey_id ON sessions USING btree (passkey_id) WHERE passkey_id IS NOT NULL;

CREATE INDEX sessions_user_id ON sessions USING btree (user_id);

CREATE INDEX simulated_changes_order_id ON simulated_changes USING btree (order_id);

CREATE INDEX simulated_orders_created_at ON simulated_orders USING btree (created_at, id);

CREATE UNIQUE INDEX there_is_one_floor ON due_floor USING btree ((true));

CREATE INDEX traveler_documents_traveler ON traveler_documents USING btree (user_id, traveler_id, id);

CREATE INDEX users_asked_to_keep_at ON users USING btree (asked_to_keep_at) WHERE asked_to_keep_at IS NOT NULL;

CREATE INDEX users_seen_at ON users USING btree (seen_at);

CREATE INDEX verification_tokens_expires_at ON verification_tokens USING btree (expires_at);

CREATE INDEX verification_tokens_user_id ON verification_tokens USING btree (user_id, purpose);

CREATE INDEX watch_changes_fare_id ON watch_changes USING btree (fare_id);

CREATE INDEX watch_fares_above ON watch_fares USING btree (fare_id, wake_above) WHERE wake_above IS NOT NULL;

CREATE INDEX watch_fares_below ON watch_fares USING btree (fare_id, wake_below) WHERE wake_below > 0;

CREATE INDEX watch_fares_drop ON watch_fares USING btree (fare_id, wake_drop) WHERE wake_drop IS NOT NULL;

CREATE INDEX watch_fares_first ON watch_fares USING btree (fare_id, wake_first) WHERE wake_first IS NOT NULL;

CREATE INDEX watch_fares_live ON watch_fares USING btree (fare_id) WHERE live;

CREATE INDEX watch_fares_lows ON watch_fares USING btree (fare_id) WHERE wake_new_low OR wake_route_low;

CREATE INDEX watch_fares_resting ON watch_fares USING btree (fare_id) WHERE NOT live;

CREATE UNIQUE INDEX watch_is_not_a_duplicate ON price_watches USING btree (user_id, origin_code, destination_code, departure_date, return_date, class, max_stops, adults, child_ages, infants, currency, what, target_price, alert_threshold, new_low, route_low) NULLS NOT DISTINCT WHERE ended_at IS NULL;

alter table traveler_documents add constraint a_document_is_its_travelers FOREIGN KEY (user_id, traveler_id) REFERENCES travelers(user_id, id) ON DELETE CASCADE;

alter table account_events add constraint account_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL;

alter table alert_deliveries add constraint alert_deliveries_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(id) ON DELETE CASCADE;

alter table alert_deliveries add constraint alert_deliveries_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE SET NULL;

alter table alert_rules add constraint alert_rules_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(id) ON DELETE CASCADE;

alter table alerts add constraint alerts_fare_id_fkey FOREIGN KEY (fare_id) REFERENCES fare_keys(id) ON DELETE SET NULL;

alter table alerts add constraint alerts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table alerts add constraint alerts_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES price_watches(id) ON DELETE CASCADE;

alter table api_keys add constraint api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table auto_holds add constraint auto_holds_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON DELETE SET NULL;

alter table auto_holds add constraint auto_holds_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table auto_holds add constraint auto_holds_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES price_watches(id) ON DELETE CASCADE;

alter table basket_fares add constraint basket_fares_basket_id_fkey FOREIGN KEY (basket_id) REFERENCES fare_keys(id) ON DELETE CASCADE;

alter table basket_fares add constraint basket_fares_fare_id_fkey FOREIGN KEY (fare_id) REFERENCES fare_keys(id) ON DELETE CASCADE;

alter table booking_events add constraint booking_events_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON DELETE CASCADE;

alter table bookings add constraint bookings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL;

alter table bookings add constraint bookings_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES price_watches(id) ON DELETE SET NULL;

alter table channel_tries add constraint channel_tries_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES channels(id) ON DELETE CASCADE;

alter table channel_tries add constraint channel_tries_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE SET NULL;

alter table channels add constraint channels_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table export_parts add constraint export_parts_export_id_fkey FOREIGN KEY (export_id) REFERENCES exports(id) ON DELETE CASCADE;

alter table exports add constraint exports_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table fares add constraint fares_have_keys FOREIGN KEY (id) REFERENCES fare_keys(id) ON DELETE CASCADE;

alter table guide_versions add constraint guide_versions_author_fkey FOREIGN KEY (author) REFERENCES users(id) ON DELETE SET NULL;

alter table guide_versions add constraint guide_versions_place_fkey FOREIGN KEY (place) REFERENCES destination_guides(code);

alter table idempotency_keys add constraint idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table mail_events add constraint mail_events_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES channels(id) ON DELETE CASCADE;

alter table messages add constraint messages_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES channels(id) ON DELETE CASCADE;

alter table messages add constraint messages_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL;

alter table passkeys add constraint passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table payment_customers add constraint payment_customers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table payment_methods add constraint payment_methods_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table post_appeals add constraint post_appeals_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;

alter table post_decisions add constraint post_decisions_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES users(id) ON DELETE SET NULL;

alter table post_decisions add constraint post_decisions_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;

alter table post_reports add constraint post_reports_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;

alter table post_reports add constraint post_reports_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table post_versions add constraint post_versions_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;

alter table post_votes add constraint post_votes_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;

alter table post_votes add constraint post_votes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table posts add constraint posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table price_observations add constraint price_observations_fare_id_fkey FOREIGN KEY (fare_id) REFERENCES fare_keys(id) ON DELETE CASCADE;

alter table price_watches add constraint price_watches_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table recovery_codes add constraint recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table reviews add constraint reviews_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;

alter table route_buckets add constraint route_buckets_sample_id_fkey FOREIGN KEY (sample_id) REFERENCES route_samples(id) ON DELETE CASCADE;

alter table route_days add constraint route_days_sample_id_fkey FOREIGN KEY (sample_id) REFERENCES route_samples(id) ON DELETE CASCADE;

alter table route_lows add constraint route_lows_sample_id_fkey FOREIGN KEY (sample_id) REFERENCES route_samples(id) ON DELETE CASCADE;

alter table route_ranges add constraint route_ranges_sample_id_fkey FOREIGN KEY (sample_id) REFERENCES route_samples(id) ON DELETE CASCADE;

alter table search_analytics add constraint search_analytics_user_id_fkey1 FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL;

alter table sessions add constraint session_has_its_passkey FOREIGN KEY (passkey_id) REFERENCES passkeys(id) ON DELETE SET NULL;

alter table sessions add constraint session_has_its_password FOREIGN KEY (user_id, password_version) REFERENCES users(id, password_version) ON UPDATE CASCADE ON DELETE CASCADE;

alter table simulated_changes add constraint simulated_changes_order_id_fkey FOREIGN KEY (order_id) REFERENCES simulated_orders(id) ON DELETE CASCADE;

alter table totp_secrets add constraint totp_secrets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table travel_tips add constraint travel_tips_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE;

alter table travelers add constraint travelers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table verification_tokens add constraint verification_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

alter table watch_changes add constraint watch_changes_fare_id_fkey FOREIGN KEY (fare_id) REFERENCES fare_keys(id) ON DELETE CASCADE;

alter table watch_changes add constraint watch_changes_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES price_watches(id) ON DELETE CASCADE;

alter table watch_fares add constraint watch_fares_fare_id_fkey FOREIGN KEY (fare_id) REFERENCES fare_keys(id) ON DELETE CASCADE;

alter table watch_fares add constraint watch_fares_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES price_watches(id) ON DELETE CASCADE;

CREATE TRIGGER add_fare_key BEFORE INSERT ON fares FOR EACH ROW EXECUTE FUNCTION add_fare_key();

CREATE TRIGGER fare_removed BEFORE DELETE ON fares FOR EACH ROW EXECUTE FUNCTION remove_observations();

CREATE TRIGGER fares_truncated AFTER TRUNCATE ON fares FOR EACH STATEMENT EXECUTE FUNCTION forget_routes();

CREATE TRIGGER keys_are_seen AFTER UPDATE OF last_used_at ON api_keys FOR EACH ROW EXECUTE FUNCTION note_seen();

CREATE TRIGGER lower_due_floor BEFORE UPDATE OF due_at ON fares FOR EACH ROW WHEN (new.due_at < old.due_at OR old.due_at IS NULL AND new.due_at IS NOT NULL) EXECUTE FUNCTION lower_due_floor();

CREATE TRIGGER lower_due_floor_at_insert BEFORE INSERT ON fares FOR EACH ROW WHEN (new.due_at IS NOT NULL) EXECUTE FUNCTION lower_due_floor();

CREATE TRIGGER observation_added AFTER INSERT ON price_observations REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN (current_setting('route.noted'::text, true) IS DISTINCT FROM 'yes'::text) EXECUTE FUNCTION note_added();

CREATE TRIGGER observation_is AFTER UPDATE ON price_observations REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_added();

CREATE TRIGGER observation_removed AFTER DELETE ON price_observations REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION note_removed();

CREATE TRIGGER observation_was AFTER UPDATE ON price_observations REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION note_removed();

CREATE TRIGGER observations_truncated AFTER TRUNCATE ON price_observations FOR EACH STATEMENT EXECUTE FUNCTION forget_routes();

CREATE TRIGGER remove_fare_key AFTER DELETE ON fares FOR EACH ROW EXECUTE FUNCTION remove_fare_key();

CREATE TRIGGER remove_fare_keys AFTER TRUNCATE ON fares FOR EACH STATEMENT EXECUTE FUNCTION remove_fare_keys();

CREATE TRIGGER sessions_are_seen AFTER INSERT OR UPDATE OF last_used_at ON sessions FOR EACH ROW EXECUTE FUNCTION note_seen();

CREATE TRIGGER users_have_an_email_channel AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION make_email_channel();
