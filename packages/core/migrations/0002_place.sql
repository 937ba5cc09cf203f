-- Where one can fly, and with whom. Seeded from the data set in the tree.
create table airports (
  code text primary key,
  name text not null,
  city text not null,
  country text not null,
  time_zone text not null,
  latitude double precision not null,
  longitude double precision not null,
  constraint code_is_iata check (code ~ '^[A-Z]{3}$'),
  constraint country_is_iso check (country ~ '^[A-Z]{2}$'),
  constraint location_is_on_earth check (latitude between -90 and 90 and longitude between -180 and 180)
);

create table airlines (
  code text primary key,
  name text not null,
  country text,
  constraint code_is_iata check (code ~ '^[A-Z0-9]{2}$')
);
