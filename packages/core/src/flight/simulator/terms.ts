import type { Criteria } from "../criteria.ts";
import type { Offer } from "../offer.ts";
import type { Itinerary } from "./timetable.ts";

type Terms = Pick<Offer, "conditions" | "bags" | "documentsRequired">;

/**
 * What the fare includes besides the seat: little with low-cost airlines and in economy, nearly everything in first
 * class.
 */
export function terms(ways: Itinerary[], total: number, { cabin, currency }: Criteria): Terms {
  const low = ways.some(({ route }) => route.seller.low);
  const far = ways.some(({ route }) => route.km > 4_000);
  const front = cabin === "business" || cabin === "first";
  const share = (part: number) => ({ allowed: true, penalty: { total: Math.ceil(total * part), currency } });
  const never = { allowed: false, penalty: null };
  const legs = ways.flatMap(({ flights }) => flights.map(({ leg }) => leg));
  return {
    conditions: {
      refund: front ? share(0) : cabin === "premium_economy" ? share(0.4) : never,
      change: front ? share(0) : low ? share(0.6) : share(0.2),
    },
    bags: {
      carryOn: low ? 0 : front ? 2 : 1,
      checked: front ? 2 : !low && (far || cabin === "premium_economy") ? 1 : 0,
    },
    documentsRequired: legs.some(({ from, to }) => from.country !== to.country),
  };
}
