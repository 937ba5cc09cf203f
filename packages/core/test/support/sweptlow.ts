import { sql } from "../../src/base/db.ts";
import type { Criteria } from "../../src/flight.ts";
import { type PricedFare, wake } from "../../src/sweep/wake.ts";

const asked = { price: 1, baseline: null, wantsNear: false, wantsSeen: false, mayBeNewLow: false, wantsRouteLow: true };

/** The route lows that a sweep of these fares reads at `at`: `price` (minor units) for `paying` passengers. */
export async function sweptLows(fareIds: string[], source: string, at: Date) {
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
  const { routes } = await wake(
    rows.map(({ id, ...criteria }): PricedFare => ({ ...asked, fareId: id, criteria })),
    source,
    at,
  );
  return routes;
}
