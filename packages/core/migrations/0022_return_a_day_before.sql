-- Eastward over the date line a flight lands on the day before it leaves, and its passenger may fly home on that day.
-- Which journeys may is decided with their airports, in flight/dateline.ts.
alter table fares
  drop constraint return_is_not_before_departure,
  add constraint return_is_at_most_a_day_before_departure check (return_date >= departure_date - 1);

alter table price_watches
  drop constraint return_is_not_before_departure,
  add constraint return_is_at_most_a_day_before_departure check (return_date >= departure_date - 1);

alter table flight_cache
  drop constraint return_is_not_before_departure,
  add constraint return_is_at_most_a_day_before_departure check (return_date >= departure_date - 1);

alter table search_analytics
  drop constraint return_is_not_before_departure,
  add constraint return_is_at_most_a_day_before_departure check (return_date >= departure_date - 1);
