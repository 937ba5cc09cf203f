import { type Fragment, sql } from "../base/db.ts";

/** Within how many days after today a price is lower or not; a journey must leave later than that. */
export const within = 7;
/** A price is lower than another if at most 98 hundredths of it. */
export const threshold = "0.02";
export const isLower = (share: Fragment, than: Fragment) => sql`(${share} * 100 <= ${than} * 98)`;
/** On how many of the 7 days a price must be seen, so that it means something that no lower one is seen. */
export const fewestSeenDays = 4;
/** The least number of cases. */
export const fewestCases = 200;

/** How many departures of the route are read at most. */
const maxDepartures = 40;
/** Cases of this many days are taken: the roll-up keeps 92 days, and the last 7 have no outcome. */
const caseDays = 84;
/** The days before a day with whose lows its price is compared: those of the route, and those of its own dates. */
const routeDays = 28;
const ownDays = 14;
/** The least number of lows of the route, and of days with own ones, for such a comparison. */
const fewestLows = 20;
const fewestOwnDays = 7;
/** As how many cases the rate of the larger group counts in the rate of a smaller one. */
const weight = 20;
/** The least number of older cases for the check on the newer ones, and by what part it must beat the base rate. */
const fewestOlder = 100;
const margin = 0.03;

/**
 * CTEs that forecast a price from past cases of its kind; docs/forecast.md describes the method. The statement names what
 * is asked in a CTE `given` of at most one row: `origin`, `destination`, `cabin`, `currency`, `departure_date`,
 * `return_date`, `share` (null without a price). `forecast` is that row with `day`, `cases`, `base_rate`, `probability`
 * and `why`. Only whole days (UTC) before that of `at` count. Reads at most 92 rows of each of 40 departures of the
 * route, and one index entry for each pair of dates of the route.
 */
export function forecastOf(at: Date, source: string): Fragment {
  const days = (count: number) => sql`make_interval(days => ${count})`;
  const place = (share: Fragment) =>
    sql`(select count(*)::int from unnest(levels.marks) as mark where ${isLower(sql`mark`, share)})`;
  return sql`
    asked as materialized (
      select given.*,
             leads.*,
             kinds.first_lead,
             kinds.last_lead
        from given
       cross join lateral (
               select today.day,
                      given.departure_date - today.day as lead
                 from (values ((${at}::timestamptz at time zone 'utc')::date)) as today (day)
             ) as leads
        left join (values (8, 30), (31, 90), (91, 400)) as kinds (first_lead, last_lead)
          on leads.lead between kinds.first_lead and kinds.last_lead
    ), chosen as materialized (
      select samples.id,
             samples.departs,
             samples.part = dates_part(asked.departure_date, asked.return_date) as is_own
        from asked
       cross join lateral (
               select route_samples.id,
                      route_samples.part,
                      date '1970-01-01' + split_part(route_samples.part, ' ', 1)::int as departs,
                      split_part(route_samples.part, ' ', 2) <> '' as returns,
                      nullif(split_part(route_samples.part, ' ', 2), '')::int
                        - split_part(route_samples.part, ' ', 1)::int as nights
                 from route_samples
                where route_samples.origin = asked.origin
                  and route_samples.destination = asked.destination
                  and route_samples.cabin = asked.cabin
                  and route_samples.currency = asked.currency
                  and route_samples.source = ${source}
                  and not route_samples.of_route
               offset 0
             ) as samples
       where samples.returns = (asked.return_date is not null)
         and samples.departs between asked.day - 92 + asked.first_lead and asked.day + asked.last_lead
       -- Of those with the most similar stay any, but always the same.
       order by is_own desc,
                abs(samples.nights - (asked.return_date - asked.departure_date)),
                md5(samples.id::text)
       limit ${maxDepartures}
    ), lows as materialized (
      select chosen.id,
             chosen.is_own,
             route_days.day,
             route_days.lowest,
             chosen.departs - route_days.day as lead
        from asked
       cross join chosen
        join route_days
          on route_days.sample_id = chosen.id
         and route_days.day >= asked.day - 92
         and route_days.day < asked.day
       where chosen.departs - route_days.day between asked.first_lead - ${within}::int
                                                 and asked.last_lead + ${ownDays}::int
    ), placed as (
      select lows.*,
             count(*) over past as past_days,
             min(lows.lowest) over past as past_low,
             count(*) over next as next_days,
             min(lows.lowest) over next as next_low
        from lows
      window past as (
               partition by lows.id order by lows.day
               range between ${days(ownDays)} preceding and ${days(1)} preceding
             ),
             next as (
               partition by lows.id order by lows.day
               range between ${days(1)} following and ${days(within)} following
             )
    ), levels as materialized (
      select days.day,
             seen.marks
        from asked
       cross join generate_series(asked.day - ${caseDays}::int, asked.day, interval '1 day') as series (day)
       cross join lateral (values (series.day::date)) as days (day)
       cross join lateral (
               select percentile_disc(array[0.02, 1.0 / 3, 2.0 / 3]) within group (order by lows.lowest) as marks,
                      count(*) as number
                 from lows
                where lows.day between days.day - ${routeDays}::int and days.day - 1
                  and lows.lead between asked.first_lead and asked.last_lead
             ) as seen
       where seen.number >= ${fewestLows}
    ), cases as materialized (
      select placed.day,
             ${isLower(sql`placed.next_low`, sql`placed.lowest`)}::int as fell,
             ${place(sql`placed.lowest`)} as of_route,
             case
               when placed.past_days >= ${fewestOwnDays} then ${isLower(sql`placed.past_low`, sql`placed.lowest`)}::int
             end as of_own
        from asked
       cross join placed
        join levels on levels.day = placed.day
       where placed.day < asked.day - ${within}::int
         and placed.lead between asked.first_lead and asked.last_lead
         and placed.next_days >= ${fewestSeenDays}
    ), newer as materialized (
      select percentile_disc(2.0 / 3) within group (order by cases.day) as since
        from cases
    ), counted as (
      select bases.base,
             cases.of_route,
             cases.of_own,
             count(*) as number,
             sum(cases.fell) as fell
        from newer
       cross join cases
       cross join (values ('all'), ('older')) as bases (base)
       where bases.base = 'all'
          -- The outcome was known when the newer ones began.
          or cases.day < newer.since - ${within}::int
       group by bases.base,
                cases.of_route,
                cases.of_own
    ), base_rates as materialized (
      select counted.base,
             sum(counted.number) as number,
             sum(counted.fell) / sum(counted.number) as rate
        from counted
       group by counted.base
    ), rates as materialized (
      select routes.base,
             routes.of_route,
             owns.of_own,
             case
               when owns.of_own is null then routes.rate
               else (coalesce(counted.fell, 0) + ${weight} * routes.rate) / (coalesce(counted.number, 0) + ${weight})
             end as rate
        from (
               select base_rates.base,
                      places.of_route,
                      (coalesce(sum(counted.fell), 0) + ${weight} * base_rates.rate)
                        / (coalesce(sum(counted.number), 0) + ${weight}) as rate
                 from base_rates
                cross join generate_series(0, 3) as places (of_route)
                 left join counted on counted.base = base_rates.base and counted.of_route = places.of_route
                group by base_rates.base,
                         base_rates.rate,
                         places.of_route
             ) as routes
       cross join (values (null::int), (0), (1)) as owns (of_own)
        left join counted
          on counted.base = routes.base
         and counted.of_route = routes.of_route
         and counted.of_own = owns.of_own
    ), checked as (
      select sum((rates.rate - cases.fell) ^ 2) < (1 - ${margin}::numeric) * sum((base_rates.rate - cases.fell) ^ 2)
               as is_better
        from newer
        join cases on cases.day >= newer.since
        join base_rates on base_rates.base = 'older' and base_rates.number >= ${fewestOlder}
        join rates
          on rates.base = base_rates.base
         and rates.of_route = cases.of_route
         and rates.of_own is not distinct from cases.of_own
    ), present as (
      select ${place(sql`asked.share`)} as of_route,
             case
               when own.days >= ${fewestOwnDays} then ${isLower(sql`own.low`, sql`asked.share`)}::int
             end as of_own
        from asked
        join levels using (day)
       cross join (
               select count(*) as days,
                      min(lows.lowest) as low
                 from asked
                 join lows on lows.is_own and lows.day >= asked.day - ${ownDays}::int
             ) as own
       where asked.share is not null
    ), forecast as materialized (
      select asked.*,
             known.cases,
             known.base_rate,
             case when reason.why is null then known.rate end as probability,
             reason.why
        from asked
       cross join lateral (
               select coalesce(base_rates.number, 0)::int as cases,
                      case when base_rates.number >= ${fewestCases} then round(base_rates.rate, 2)::float8 end as base_rate,
                      round(rates.rate, 2)::float8 as rate
                 from (values ('all')) as bases (base)
                 left join base_rates using (base)
                 left join present on true
                 left join rates
                   on rates.base = bases.base
                  and rates.of_route = present.of_route
                  and rates.of_own is not distinct from present.of_own
             ) as known
       cross join lateral (
               select case
                        when asked.lead <= ${within} then 'departs_too_soon'
                        when asked.share is null then 'no_price'
                        when known.cases < ${fewestCases} then 'too_few_cases'
                        when known.rate is null or (select checked.is_better from checked) is not true
                          then 'no_better_than_base_rate'
                      end as why
             ) as reason
    )`;
}
