-- The low of a route as it was at each price of the route, so that the past of a watch is judged again at a cost that
-- does not grow with the prices of its route.
create table route_lows (
  sample_id bigint not null references route_samples (id) on delete cascade,
  -- From this moment on, until the next row of the sample.
  at timestamptz not null,
  -- The 20th percentile over the ninety days before; null with too few prices for one.
  share bigint,
  -- A price at this moment is counted, and the low is still to be found.
  pending boolean not null default true,
  primary key (sample_id, at)
);
create index route_lows_pending on route_lows (at) where pending;

insert into route_lows (sample_id, at)
select distinct route_days.sample_id, seen.at
  from route_days
  join route_samples on route_samples.id = route_days.sample_id and route_samples.of_route
 cross join unnest(route_days.ats) as seen (at);

create or replace function forget_routes() returns trigger language plpgsql as $$
begin
  truncate route_changes, route_samples, route_days, route_buckets, route_ranges, route_lows;
  return null;
end $$;
