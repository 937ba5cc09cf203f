import { sql } from "../../src/base/db.ts";
import { readLows, routesOf } from "../../src/fare/low.ts";
import type { Criteria } from "../../src/flight.ts";

/** The lows that a sweep reads at `at` for the routes of these fares, as shares (2520ths of a minor unit). */
export async function sweptLows(fareIds: string[], source: string, at: Date): Promise<Map<string, number>> {
  const rows = (await sql`
    select fares.id,
           fares.origin,
           fares.destination,
           fares.departure_date::text as "departureDate",
           fares.return_date::text as "returnDate",
           fares.cabin,
           fares.currency
      from fares
     where fares.id = any(${fareIds}::text[])`) as ({ id: string } & Criteria)[];
  const { routes, keys } = routesOf(rows, at);
  const lows = await sql`
    with recursive ${readLows(routes, source, at)}
    select lows.key,
           lows.share::float8
      from lows`;
  const shares = new Map(lows.map(({ key, share }) => [Number(key), Number(share)]));
  return new Map(rows.flatMap(({ id }, index) => (shares.has(keys[index]!) ? [[id, shares.get(keys[index]!)!]] : [])));
}
