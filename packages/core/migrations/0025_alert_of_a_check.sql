-- An alert is told once for a check: a watch, its series (which has one fare or basket), and the moment of the check.
-- The journey stands in the alert, so that it stays readable when its fare goes. All of it is null in an alert that the
-- code of before writes.
alter table alerts
  add column series integer,
  add column origin text,
  add column destination text,
  add column departure_date date,
  add column return_date date,
  alter column fare_id drop not null,
  drop constraint alert_is_told_once,
  add constraint alert_is_told_once unique nulls not distinct (watch_id, series, at),
  drop constraint alerts_fare_id_fkey,
  add constraint alerts_fare_id_fkey foreign key (fare_id) references fares on delete set null;

update alerts
   set origin = fares.origin,
       destination = fares.destination,
       departure_date = fares.departure_date,
       return_date = fares.return_date
  from fares
 where fares.id = alerts.fare_id;

-- The series of older alerts is certain only where there has been one.
update alerts
   set series = 1
  from price_watches
 where price_watches.id = alerts.watch_id
   and price_watches.series = 1;

create index alerts_fare_id on alerts (fare_id);
create index watch_changes_fare_id on watch_changes (fare_id);
