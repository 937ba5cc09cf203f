-- What identifies a fare or a basket, which never changes, apart from `fares`, which each check changes twice. Other
-- tables refer to it, and its indexes keep a question from having two fares. A look-up here reads one row version; a
-- unique index of `fares` reads, at each check, all the versions of the row that a long transaction keeps. `fares` keeps
-- its columns: what reads a fare reads as before. Its own unique indexes go in 0030_fares_finish.sql, once no code
-- names them.
create table fare_keys (
  id text primary key,
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
  basket text
);
insert into fare_keys
select id, origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency, basket
  from fares;
create unique index fare_has_one_key on fare_keys
  (origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency)
  nulls not distinct where basket is null;
create unique index basket_has_one_key on fare_keys (basket) where basket is not null;

-- The least due_at of `fares` or an earlier moment. A search for what is due begins there, and not at the entries that
-- the checks of before have left in the indexes. One row.
create table due_floor (moment timestamptz not null);
create unique index there_is_one_floor on due_floor ((true));
insert into due_floor values ('-infinity');

create function lower_due_floor() returns trigger language plpgsql as $$
begin
  update due_floor set moment = new.due_at where moment > new.due_at;
  return new;
end $$;
create trigger lower_due_floor_at_insert before insert on fares
  for each row when (new.due_at is not null) execute function lower_due_floor();
-- A check moves due_at on, and calls no function.
create trigger lower_due_floor before update of due_at on fares
  for each row when (new.due_at < old.due_at or old.due_at is null and new.due_at is not null)
  execute function lower_due_floor();

-- An insert of a question or basket that is there inserts nothing: it waits for another transaction that inserts it.
create function add_fare_key() returns trigger language plpgsql as $$
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
end $$;
create trigger add_fare_key before insert on fares for each row execute function add_fare_key();

create function remove_fare_key() returns trigger language plpgsql as $$
begin
  delete from fare_keys where id = old.id;
  return null;
end $$;
create trigger remove_fare_key after delete on fares for each row execute function remove_fare_key();

create function remove_fare_keys() returns trigger language plpgsql as $$
begin
  delete from fare_keys;
  return null;
end $$;
create trigger remove_fare_keys after truncate on fares execute function remove_fare_keys();
-- Their observations go one by one, after the fares that the notes of removed prices need.
create trigger fares_truncated after truncate on fares execute function forget_routes();

alter table fares
  add constraint fares_have_keys foreign key (id) references fare_keys on delete cascade;
alter table alerts
  drop constraint alerts_fare_id_fkey,
  add constraint alerts_fare_id_fkey foreign key (fare_id) references fare_keys on delete set null;
alter table basket_fares
  drop constraint basket_fares_basket_id_fkey,
  add constraint basket_fares_basket_id_fkey foreign key (basket_id) references fare_keys on delete cascade,
  drop constraint basket_fares_fare_id_fkey,
  add constraint basket_fares_fare_id_fkey foreign key (fare_id) references fare_keys on delete cascade;
alter table price_observations
  drop constraint price_observations_fare_id_fkey,
  add constraint price_observations_fare_id_fkey foreign key (fare_id) references fare_keys on delete cascade;
alter table watch_changes
  drop constraint watch_changes_fare_id_fkey,
  add constraint watch_changes_fare_id_fkey foreign key (fare_id) references fare_keys on delete cascade;
alter table watch_fares
  drop constraint watch_fares_fare_id_fkey,
  add constraint watch_fares_fare_id_fkey foreign key (fare_id) references fare_keys on delete cascade;

-- The fence rises at each claim and each settling, so this index leads to one version of a row.
create unique index fares_fence on fares (id, fence);
create index fares_route on fares (origin, destination, departure_date) where basket is null;
create index fares_basket on fares (basket) where basket is not null;
