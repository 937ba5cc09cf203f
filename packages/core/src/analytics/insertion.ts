import { sql } from "../base/db.ts";
import type { StoredAnswer } from "../flight.ts";
import type { Note } from "./note.ts";

/** A search with its answer, where that is known. `cheapest` is in minor units of `currency`. */
export type Row = Note["criteria"] &
  Omit<Note, "criteria"> & {
    passengers: number;
    status: StoredAnswer["status"] | null;
    freshness: "fresh" | "cached" | "stale" | null;
    provider: string | null;
    results: number | null;
    cheapest: number | null;
    tookMs: number | null;
  };

/**
 * One statement that writes searches and counts those that it wrote, so that a search is counted once, when it is
 * written; returns a row for each. Locks the accounts, in order: a search does not refer to an account that is deleted
 * meanwhile, and a removed history stays removed; counters are written in order too. A user counts at the first search
 * of a route in a period: the statement sees no earlier one, because it sees only rows from before it started.
 */
export function insertSearches(rows: Row[]) {
  return sql`
    with noted as materialized (
      select *
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as noted (
               id text, at timestamptz, "sessionId" text, "requestId" text, origin text, destination text,
               "departureDate" date, "returnDate" date, adults smallint, "childAges" smallint[], infants smallint,
               passengers smallint, cabin text, "maxStops" smallint, currency text, status text, freshness text,
               provider text, results integer, cheapest bigint, "tookMs" integer)
    ),
    people as materialized (
      select callers.id as "sessionId", users.id as "userId", users.searches_forgotten_at as "forgottenAt"
        from (select sessions.id, sessions.user_id
                from sessions
               where sessions.id in (select noted."sessionId" from noted)
               union all
              select api_keys.hash, api_keys.user_id
                from api_keys
               where api_keys.hash in (select noted."sessionId" from noted)) as callers
        join users on users.id = callers.user_id
       order by users.id
         for share of users
    ),
    written as (
      insert into search_analytics (
        id, created_at, user_id, request_id, origin_code, destination_code, departure_date, return_date, adults,
        child_ages, infants, passenger_count, class, max_stops, currency, status, freshness, provider, results_count,
        cheapest, search_duration_ms)
      select noted.id, noted.at, people."userId", case when people."userId" is not null then noted."requestId" end,
             noted.origin, noted.destination, noted."departureDate", noted."returnDate", noted.adults,
             noted."childAges", noted.infants, noted.passengers, noted.cabin, noted."maxStops", noted.currency,
             noted.status, noted.freshness, noted.provider, noted.results, noted.cheapest,
             noted."tookMs"
        from noted
        left join people on people."sessionId" = noted."sessionId"
             and (people."forgottenAt" is null or people."forgottenAt" < noted.at)
       order by noted.id
      on conflict (id, created_at) do nothing
      returning search_analytics.*
    ),
    dated as (
      select written.*, (written.created_at at time zone 'utc')::date as day
        from written
    ),
    routes as (
      insert into search_routes (period, starts_on, origin_code, destination_code, searches, results, people)
      select asked.period, asked.starts_on, asked.origin_code, asked.destination_code, sum(asked.searches),
             sum(asked.results), count(*) filter (where asked.user_id is not null and not exists (
               select
                 from search_analytics
                where search_analytics.user_id = asked.user_id
                  and search_analytics.origin_code = asked.origin_code
                  and search_analytics.destination_code = asked.destination_code
                  and search_analytics.created_at >= asked.starts_on::timestamp at time zone 'utc'
                  and search_analytics.created_at < asked.ends_on at time zone 'utc'))
        from (select period, starts_on, starts_on + ('1 ' || period)::interval as ends_on, origin_code,
                     destination_code, user_id, count(*) as searches, coalesce(sum(results_count), 0) as results
                from dated
               cross join lateral (
                     select period, date_trunc(period, day::timestamp)::date as starts_on
                       from unnest(array['day', 'week', 'month']) as period) as spans
               group by period, starts_on, origin_code, destination_code, user_id) as asked
       group by asked.period, asked.starts_on, asked.origin_code, asked.destination_code
       order by asked.period, asked.starts_on, asked.origin_code, asked.destination_code
      on conflict (period, starts_on, origin_code, destination_code) do update
         set searches = search_routes.searches + excluded.searches,
             results = search_routes.results + excluded.results,
             people = search_routes.people + excluded.people
    ),
    days as (
      insert into search_days (day, provider, status, freshness, searches, results)
      select dated.day, coalesce(dated.provider, ''), coalesce(dated.status, ''), coalesce(dated.freshness, ''),
             count(*), coalesce(sum(dated.results_count), 0)
        from dated
       group by 1, 2, 3, 4
       order by 1, 2, 3, 4
      on conflict (day, provider, status, freshness) do update
         set searches = search_days.searches + excluded.searches,
             results = search_days.results + excluded.results
    ),
    patterns as (
      insert into search_patterns (day, pattern, at_least, searches)
      select dated.day, measures.pattern, measures.steps[width_bucket(measures.value, measures.steps)], count(*)
        from dated
       cross join lateral (values
             ('ahead', greatest(dated.departure_date - dated.day, 0), array[0, 1, 4, 8, 15, 31, 61, 91, 181]),
             (
               'stay',
               case when dated.return_date is null then -1 else greatest(dated.return_date - dated.departure_date, 0) end,
               array[-1, 0, 1, 2, 4, 8, 15, 31]
             ),
             ('party', dated.passenger_count::int, array[1, 2, 3, 4, 5, 6])
             ) as measures (pattern, value, steps)
       group by 1, 2, 3
       order by 1, 2, 3
      on conflict (day, pattern, at_least) do update
         set searches = search_patterns.searches + excluded.searches
    )
    select written.id from written`;
}
