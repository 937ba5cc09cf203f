import * as v from "valibot";
import * as Airport from "../airport.ts";
import { sql, utc } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import * as Money from "../base/money.ts";
import { decodeCursor, Page, toPage } from "../base/page.ts";
import { Place } from "../flight.ts";
import * as Moved from "../moved.ts";

/**
 * A user's own search and its answer: the number of offers, the cheapest, and how old the answer was; null where
 * unknown.
 */
export const Search = v.object({
  id: v.string(),
  at: v.pipe(v.string(), v.isoTimestamp()),
  origin: v.string(),
  destination: v.string(),
  departureDate: v.nullable(v.string()),
  returnDate: v.nullable(v.string()),
  adults: v.nullable(v.number()),
  childAges: v.nullable(v.array(v.number())),
  infants: v.nullable(v.number()),
  cabin: v.nullable(v.string()),
  maxStops: v.nullable(v.number()),
  currency: v.nullable(v.string()),
  status: v.nullable(v.string()),
  freshness: v.nullable(v.string()),
  results: v.nullable(v.number()),
  cheapest: v.nullable(Money.Info),
  moved: Moved.Moved,
});
export type Search = v.InferOutput<typeof Search>;

/** Which searches to list: from or to this place, or one that it contains or is part of. */
export const List = v.strictObject({ ...Page.entries, origin: v.optional(Place), destination: v.optional(Place) });
export type List = v.InferInput<typeof List>;

/**
 * Lists a user's own searches, newest first, by the index of a user's searches; a search appears
 * within five minutes of the first look at the list, and half an hour after it was made at the latest.
 * @throws ValiError, Problem `page.cursor`
 */
export async function list(userId: string, query: List): Promise<{ items: Search[]; nextCursor: string | null }> {
  const { limit, cursor, origin, destination } = v.parse(List, query);
  const origins = origin ? await Airport.related(origin) : null;
  const destinations = destination ? await Airport.related(destination) : null;
  const before = decodeCursor(cursor);
  const rows = await sql`
    select search_analytics.id,
           ${utc(sql`search_analytics.created_at`)} as at,
           search_analytics.origin_code as origin,
           search_analytics.destination_code as destination,
           search_analytics.departure_date::text as "departureDate",
           search_analytics.return_date::text as "returnDate",
           search_analytics.adults,
           search_analytics.child_ages as "childAges",
           search_analytics.infants,
           search_analytics.class as cabin,
           search_analytics.max_stops as "maxStops",
           search_analytics.currency,
           search_analytics.status,
           search_analytics.freshness,
           search_analytics.results_count as results,
           search_analytics.cheapest::float8,
           ${Moved.of("searches", sql`search_analytics.legacy_id`)} as moved
      from search_analytics
     where search_analytics.user_id = ${userId}
       and (${before}::text is null or search_analytics.id < ${before})
       and (${origins}::text[] is null or search_analytics.origin_code = any(${origins}::text[]))
       and (${destinations}::text[] is null or search_analytics.destination_code = any(${destinations}::text[]))
     order by search_analytics.id desc
     limit ${limit + 1}`;
  const { items, nextCursor } = toPage(rows as Row[], limit, ({ id }) => id);
  return { items: items.map(toInfo), nextCursor };
}

/**
 * Removes a search from the user's history: the row stays for the statistics, without its user.
 * @throws Problem `search.missing` (also for another user's)
 */
export async function remove(userId: string, id: string): Promise<void> {
  const [row] = await sql`
    update search_analytics
       set user_id = null,
           request_id = null
     where search_analytics.user_id = ${userId}
       and search_analytics.id = ${id}
    returning search_analytics.id`;
  if (!row) throw new Problem("missing", "search.missing", "There is no such search.");
}

/** Removes all searches made until `at`, including those that are not written yet. */
export async function removeAll(userId: string, at: Date): Promise<void> {
  await sql.transaction([
    // First, because it waits for a flush that is running.
    sql`
      update users
         set searches_forgotten_at = ${at}::timestamptz
       where users.id = ${userId}`,
    sql`
      update search_analytics
         set user_id = null,
             request_id = null
       where search_analytics.user_id = ${userId}
         and search_analytics.created_at <= ${at}::timestamptz`,
  ]);
}

type Row = Omit<Search, "cheapest"> & { cheapest: number | null };

function toInfo({ cheapest, ...row }: Row): Search {
  return { ...row, cheapest: cheapest === null || row.currency === null ? null : Money.toInfo(cheapest, row.currency) };
}
