import * as v from "valibot";
import { isoWeek, mondayOf, msPerDay } from "../base/day.ts";
import { type Fragment, sql } from "../base/db.ts";
import { Day, Place } from "../flight.ts";
import * as Operator from "../operator.ts";

/** A day of the wanted ISO week (UTC; by default the last whole week), and the page of routes. */
export const FunnelQuery = v.strictObject({
  day: v.optional(v.pipe(Day, v.minValue("2020-01-01", "must be 2020-01-01 or later"))),
  origin: v.optional(Place),
  destination: v.optional(Place),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 100),
});
export type FunnelQuery = v.InferInput<typeof FunnelQuery>;

const Route = v.object({
  origin: v.string(),
  destination: v.string(),
  searches: v.number(),
  searchers: v.number(),
  watchers: v.number(),
  bookers: v.number(),
});

/**
 * An ISO week such as `2026-W11`, and for each route how many different signed-in users searched it, how many of them
 * then created a watch of it, and how many booked it; `final` once neither can change.
 */
export const Funnel = v.object({ week: v.string(), from: v.string(), final: v.boolean(), items: v.array(Route) });
export type Funnel = v.InferOutput<typeof Funnel>;

/**
 * How many days after the start of its week an action still counts for a search: until four weeks after the week's end.
 */
const span = 35;

/**
 * Lists what searches led to, for an operator; routes searched by the most users first.
 * @throws ValiError, Problem `operator.required`
 */
export async function conversion(userId: string, query: FunnelQuery, at: Date): Promise<Funnel> {
  const { day: given, origin, destination, limit } = v.parse(FunnelQuery, query);
  const from = mondayOf(given === undefined ? new Date(at.getTime() - 7 * msPerDay) : new Date(`${given}T00:00:00Z`));
  const items = await Operator.queryAsOperator<Funnel["items"][number]>(
    userId,
    (allowed) => sql`
      select search_routes.origin_code as origin,
             search_routes.destination_code as destination,
             search_routes.searches::float8,
             search_routes.people as searchers,
             search_routes.watchers,
             search_routes.bookers
        from search_routes
       where ${allowed}
         and search_routes.period = 'week'
         and search_routes.starts_on = ${from}::date
         and ${origin === undefined ? sql`true` : sql`search_routes.origin_code = ${origin}`}
         and ${destination === undefined ? sql`true` : sql`search_routes.destination_code = ${destination}`}
       order by search_routes.people desc, search_routes.searches desc, origin, destination
       limit ${limit}`,
  );
  const final = Date.parse(from) + span * msPerDay <= at.getTime();
  return { week: isoWeek(from), from, final, items };
}

/**
 * Counts again, for each week that may still change, the users whose search was followed by a watch or a booking of the
 * same route: the cost grows with the watches and bookings of five weeks, not with searches. Safe to run twice, several
 * times at once, and to be killed anywhere.
 * @returns how many weeks were counted
 */
export async function recount(at: Date): Promise<number> {
  const weeks = Array.from({ length: span / 7 }, (_, ago) => mondayOf(new Date(at.getTime() - ago * 7 * msPerDay)));
  for (const week of weeks) await countWeek(week);
  return weeks.length;
}

async function countWeek(week: string): Promise<void> {
  const within = (moment: Fragment, days: number) => sql`
    ${moment} >= ${week}::timestamp at time zone 'utc'
    and ${moment} < (${week}::timestamp + make_interval(days => ${days})) at time zone 'utc'`;
  await sql`
    with steps as (
      select 'watch' as step, price_watches.user_id, price_watches.origin_code, price_watches.destination_code,
             price_watches.created_at
        from price_watches
       where ${within(sql`price_watches.created_at`, span)}
       union all
      select 'booking', bookings.user_id, bookings.flight_data ->> 'origin', bookings.flight_data ->> 'destination',
             bookings.created_at
        from bookings
       where ${within(sql`bookings.created_at`, span)}
         and bookings.status = 'confirmed'
    ),
    led as (
      select steps.origin_code, steps.destination_code,
             count(distinct steps.user_id) filter (where steps.step = 'watch') as watchers,
             count(distinct steps.user_id) filter (where steps.step = 'booking') as bookers
        from steps
       where exists (
               select
                 from search_analytics
                where search_analytics.user_id = steps.user_id
                  and search_analytics.origin_code = steps.origin_code
                  and search_analytics.destination_code = steps.destination_code
                  and search_analytics.created_at <= steps.created_at
                  and ${within(sql`search_analytics.created_at`, 7)})
       group by steps.origin_code, steps.destination_code
    ),
    counted as (
      select search_routes.origin_code, search_routes.destination_code,
             coalesce(led.watchers, 0) as watchers, coalesce(led.bookers, 0) as bookers
        from search_routes
        left join led using (origin_code, destination_code)
       where search_routes.period = 'week'
         and search_routes.starts_on = ${week}::date
    )
    update search_routes
       set watchers = counted.watchers,
           bookers = counted.bookers
      from counted
     where search_routes.period = 'week'
       and search_routes.starts_on = ${week}::date
       and search_routes.origin_code = counted.origin_code
       and search_routes.destination_code = counted.destination_code
       and (search_routes.watchers, search_routes.bookers) is distinct from (counted.watchers, counted.bookers)`;
}
