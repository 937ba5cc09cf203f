-- The price history stands in months (UTC), made ahead by the clock. What was observed until now stays together in one
-- partition, up to the end of the running month: it is read through for that, and not written again.
alter table price_observations rename constraint price_observations_pkey to price_observations_before_pkey;
alter table price_observations rename to price_observations_before;

create table price_observations (
  fare_id text not null,
  at timestamptz not null,
  -- 'ghost' is a price that the provider took back in the same sweep: kept for people to see, never counted.
  status text not null,
  price bigint,
  provider text not null,
  -- The provider could be asked whether it stood by the price.
  confirmable boolean not null default false,
  constraint price_observations_pkey primary key (fare_id, at, status),
  constraint price_observations_fare_id_fkey foreign key (fare_id) references fares (id) on delete cascade,
  constraint status_is_known check
    (status in ('ok', 'partial', 'no_results', 'provider_error', 'rate_limited', 'ghost')),
  constraint only_answers_have_prices check ((price is not null) = (status in ('ok', 'partial', 'ghost'))),
  constraint price_is_positive check (price > 0)
) partition by range (at);
-- What no month is made for, yet or any more.
create table price_observations_default partition of price_observations default;

do $$
declare
  newest timestamptz := (select max(price_observations_before.at) from price_observations_before);
  until timestamptz := (date_trunc('month', greatest(newest, now()) at time zone 'utc') + interval '1 month') at time zone 'utc';
begin
  if newest is null then
    drop table price_observations_before;
  else
    execute format(
      'alter table price_observations attach partition price_observations_before for values from (minvalue) to (%L)', until);
  end if;
end $$;

alter table fares
  -- What was observed before it is the lowest ok price of each day (UTC) and nothing else.
  add column thinned_to timestamptz;
-- Those that nobody may be watching any more, and that have a history to be thinned: while a fare is priced it has no
-- place there, so that a check costs it nothing.
create index fares_to_thin on fares (checked_at, id)
  where due_at is null and (thinned_to is null or thinned_to <= checked_at);
create index watch_fares_resting on watch_fares (fare_id) where not live;

-- What is written again and again, measured over sweeps of 5,000 fares that are all due, with and without a reader who
-- keeps what is dead. A claim touches no index and stays on its page where there is room; a settling moves due_at and goes
-- to another page, beside others that do. So pages are filled to a third: with the reader the twentieth claim then looks at
-- less than half of the pages that it looks at when they are filled to 70 %, and a settling at a fifth less; without him
-- nothing grows either way, and a fare takes 1.1 kB in place of 0.8. Dead entries lie before the due ones in fares_due_at:
-- they are cleared away when a twentieth of the rows is dead, not a fifth.
alter table fares set (fillfactor = 30, autovacuum_vacuum_scale_factor = 0.05);
-- A state touches no index: four in five stay on their page where a fifth is left free, one in two where nothing is.
alter table price_watches set (fillfactor = 80);
-- All rows of a fare that is checked are written again, and no index with them.
alter table basket_fares set (fillfactor = 50);
-- watch_fares stays full: what changes there is what its indexes are about.
