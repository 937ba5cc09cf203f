import * as v from "valibot";
import { sql } from "../base/db.ts";
import { Place } from "../flight.ts";
import { lastWindow, minPeople, Window } from "./window.ts";

/** In the last whole window, from one place or from all. */
export const PopularQuery = v.strictObject({
  window: v.optional(Window, "week"),
  origin: v.optional(Place),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50)), 10),
});
export type PopularQuery = v.InferInput<typeof PopularQuery>;

const Route = v.object({ origin: v.string(), destination: v.string(), searches: v.number() });

/** Routes that at least five different users searched between the two days (UTC), most users first. */
export const Popular = v.object({ window: Window, from: v.string(), to: v.string(), items: v.array(Route) });
export type Popular = v.InferOutput<typeof Popular>;

/**
 * Lists the routes searched most in the last whole window before `at`. They are ranked by signed-in users, so that one
 * user cannot make a route popular, and read from an index in this order, whatever the number of searches.
 */
export async function popular(query: PopularQuery, at: Date): Promise<Popular> {
  const { window, origin, limit } = v.parse(PopularQuery, query);
  const { from, to } = lastWindow(window, at);
  const items = await sql`
    select search_routes.origin_code as origin,
           search_routes.destination_code as destination,
           search_routes.searches::float8
      from search_routes
     where search_routes.period = ${window}
       and search_routes.starts_on = ${from}::date
       and search_routes.people >= ${minPeople}
       and ${origin === undefined ? sql`true` : sql`search_routes.origin_code = ${origin}`}
     order by search_routes.people desc, search_routes.searches desc, destination, origin
     limit ${limit}`;
  return { window, from, to, items: items as Popular["items"] };
}
