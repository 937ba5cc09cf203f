import type { Criteria } from "../criteria.ts";
import type { Offer } from "../offer.ts";
import type { Itinerary } from "./timetable.ts";

type Terms = Pick<Offer, "conditions" | "bags" | "documentsRequired">;

/**
 * A fare as airlines brand them: what it costs beyond the cheapest (a factor, and the least difference in dollars each way),
 * what is included, and the share of the fare that a refund or a change costs; null where there is none.
 */
export type Brand = {
  id: "basic" | "standard" | "flexible";
  factor: number;
  dollars: readonly [near: number, far: number];
  carryOn: number;
  checked: number;
  refund: number | null;
  change: number | null;
};

const basic = { id: "basic", factor: 1, dollars: [0, 0] } as const;

/** Our judgement of what airlines sold in 2025: docs/flights.md has the same table. */
const brands: Record<"low" | "economy" | "premium_economy" | "business" | "first", Brand[]> = {
  low: [
    { ...basic, carryOn: 0, checked: 0, refund: null, change: 0.6 },
    { id: "standard", factor: 1.1, dollars: [28, 45], carryOn: 1, checked: 1, refund: null, change: 0.4 },
    { id: "flexible", factor: 1.3, dollars: [60, 90], carryOn: 1, checked: 1, refund: null, change: 0 },
  ],
  economy: [
    { ...basic, carryOn: 1, checked: 0, refund: null, change: null },
    { id: "standard", factor: 1.1, dollars: [25, 60], carryOn: 1, checked: 1, refund: null, change: 0.2 },
    { id: "flexible", factor: 1.45, dollars: [60, 140], carryOn: 1, checked: 1, refund: 0, change: 0 },
  ],
  premium_economy: [
    { ...basic, id: "standard", carryOn: 1, checked: 2, refund: 0.4, change: 0.15 },
    { id: "flexible", factor: 1.3, dollars: [100, 150], carryOn: 1, checked: 2, refund: 0, change: 0 },
  ],
  business: [
    { ...basic, id: "standard", carryOn: 2, checked: 2, refund: 0.25, change: 0.1 },
    { id: "flexible", factor: 1.25, dollars: [120, 400], carryOn: 2, checked: 2, refund: 0, change: 0 },
  ],
  first: [{ ...basic, id: "flexible", carryOn: 2, checked: 3, refund: 0, change: 0 }],
};

/** From this distance (km) on a journey is far, and its bag costs more. */
const farKm = 4_000;

/** The brands of a journey, cheapest first. A journey with a low-cost airline has that kind's. */
export function brandsOf(ways: Itinerary[], cabin: Criteria["cabin"]): Brand[] {
  return brands[ways.some(({ route }) => route.seller.kind === "low") ? "low" : cabin];
}

/** One adult's fare in dollars of a brand, from the cheapest one. */
export function branded(dollars: number, { factor, dollars: [near, far] }: Brand, km: number): number {
  return Math.max(dollars * factor, dollars + (km > farKm ? far : near));
}

export function terms(ways: Itinerary[], brand: Brand, total: number, currency: string): Terms {
  const share = (part: number | null) =>
    part === null
      ? { allowed: false, penalty: null }
      : { allowed: true, penalty: { total: Math.ceil(total * part), currency } };
  const legs = ways.flatMap(({ flights }) => flights.map(({ leg }) => leg));
  return {
    conditions: { refund: share(brand.refund), change: share(brand.change) },
    bags: { carryOn: brand.carryOn, checked: brand.checked },
    documentsRequired: legs.some(({ from, to }) => from.country !== to.country),
  };
}
