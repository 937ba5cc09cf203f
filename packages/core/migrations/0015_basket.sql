-- What is watched may be several fares, or one as it is for those who want only some of its offers: a basket.
alter table fares
  alter column origin drop not null,
  alter column destination drop not null,
  alter column departure_date drop not null,
  -- What a basket is of, in one canonical form; null for a fare. Its price is the least that its fares cost those who want it.
  add column basket text,
  -- Somebody's trigger lies within 5 % of the price; null when that is to be looked at again.
  add column near boolean,
  -- Why it is due when it is.
  add column due_because text,
  -- When it was last found that nobody sells it, up to five times in a row; any offer empties it.
  add column empties timestamptz[] not null default '{}',
  drop constraint fare_is_one_question,
  add constraint a_basket_asks_nothing_itself check
    (num_nulls(origin, destination, departure_date) = case when basket is null then 0 else 3 end);
create unique index fare_is_one_question on fares
  (origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency)
  nulls not distinct
  where basket is null;
create unique index basket_is_one_wish on fares (basket) where basket is not null;
drop index fares_due_at;
create index fares_due_at on fares (due_at) where due_at is not null and basket is null;
create index baskets_due_at on fares (due_at) where due_at is not null and basket is not null;

-- What the fares of a basket cost those who want it, as their last searches said.
create table basket_fares (
  basket_id text not null references fares (id) on delete cascade,
  fare_id text not null references fares (id) on delete cascade,
  checked_at timestamptz,
  status text,
  -- The last ok price; none once nobody sells it any more.
  price bigint,
  priced_at timestamptz,
  -- Whose offer that was, and its own name for it, by which it is confirmed.
  provider text,
  reference text,
  primary key (basket_id, fare_id),
  constraint price_is_positive check (price > 0),
  constraint a_price_has_a_moment check ((price is null) = (priced_at is null))
);
create index basket_fares_fare_id on basket_fares (fare_id);

alter table price_observations
  -- The provider could be asked whether it stood by the price.
  add column confirmable boolean not null default false;

alter table price_watches
  -- What is watched when it is more than the one fare that the columns name, as it was asked for.
  add column what jsonb,
  add column ends_on date,
  -- Its own end, or three hours before the last departure.
  add column ends_at timestamptz,
  add column snoozed_until timestamptz,
  add column paused_because text,
  add column booked_price bigint,
  -- Rises when what is watched changes: its history begins anew.
  add column series integer not null default 1,
  -- When it began to be priced: made, or resumed.
  add column since timestamptz not null default now(),
  add constraint pauses_are_known check (paused_because in ('person', 'empty')),
  add constraint an_active_watch_is_not_paused check (paused_because is null or not is_active),
  add constraint booked_price_is_positive check (booked_price > 0);
update price_watches
   set since = price_watches.created_at,
       paused_because = case when not price_watches.is_active and price_watches.ended_at is null then 'person' end,
       -- Nowhere is that day over later than twelve hours behind UTC.
       ends_at = price_watches.departure_date::timestamp at time zone 'utc' + interval '33 hours';
create index price_watches_ends_at on price_watches (ends_at) where ended_at is null;
drop index watch_is_not_a_duplicate;
create unique index watch_is_not_a_duplicate on price_watches
  (user_id, origin_code, destination_code, departure_date, return_date, class, max_stops, adults, child_ages, infants,
   currency, what, target_price, alert_threshold, new_low, route_low)
  nulls not distinct
  where ended_at is null;

-- What a watch was from when on, so that it can be told why it spoke or did not.
create table watch_changes (
  watch_id text not null references price_watches (id) on delete cascade,
  -- The watch's version that this made.
  version integer not null,
  at timestamptz not null,
  -- The last check of what is watched that it came too late for.
  after timestamptz,
  fare_id text not null references fares (id) on delete cascade,
  series integer not null,
  what jsonb,
  target_price bigint,
  alert_threshold numeric(5, 4),
  new_low boolean not null,
  route_low boolean not null,
  is_active boolean not null,
  snoozed_until timestamptz,
  -- The rules that begin a new epoch with it.
  anew text[] not null default '{}',
  primary key (watch_id, version)
);
insert into watch_changes
  (watch_id, version, at, fare_id, series, target_price, alert_threshold, new_low, route_low, is_active)
select price_watches.id, 1, price_watches.created_at, watch_fares.fare_id, 1, price_watches.target_price,
       price_watches.alert_threshold, price_watches.new_low, price_watches.route_low, true
  from price_watches
  join watch_fares on watch_fares.watch_id = price_watches.id;
