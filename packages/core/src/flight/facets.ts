import * as Money from "../base/money.ts";
import type { Facet, Facets } from "./facetschema.ts";
import { type Filter, fails, type WishName } from "./filter.ts";
import { type Offer, stopsOf } from "./offer.ts";

/** The wishes that each facet offers values for: its counts are of the offers that meet all others. */
const own = {
  stops: ["stops"],
  airlines: ["airlines", "excludeAirlines"],
  bags: ["bags"],
  refundable: ["refundable"],
  departures: ["departAfter", "departBefore"],
  returnDepartures: ["returnDepartAfter", "returnDepartBefore"],
} as const satisfies Record<string, readonly WishName[]>;
type Name = keyof typeof own;
const facetNames = Object.keys(own) as Name[];

type Counts = Map<string | number, { count: number; least: Offer }>;

/** Counts the offers that meet the filter, and for each facet's values those that would with this value alone. */
export function facetsOf(offers: Offer[], filter: Filter): { count: number; facets: Facets } {
  const counts = Object.fromEntries(facetNames.map((name) => [name, new Map()])) as Record<Name, Counts>;
  let fitting = 0;
  for (const offer of offers) {
    const failed = fails(offer, filter);
    if (failed.length === 0) fitting++;
    for (const name of facetNames) {
      if (failed.every((wish) => (own[name] as readonly string[]).includes(wish))) count(counts[name], name, offer);
    }
  }
  const times = (name: "departures" | "returnDepartures") =>
    list(counts[name]).map(([quarter, rest]) => ({ from: hour(quarter, 0), to: hour(quarter, 6), ...rest }));
  const facets = {
    stops: list(counts.stops).map(([stops, rest]) => ({ stops: Number(stops), ...rest })),
    airlines: list(counts.airlines).map(([code, rest]) => ({ code: String(code), ...rest })),
    bags: list(counts.bags).map(([bags, rest]) => ({ bags: Number(bags), ...rest })),
    refundable: list(counts.refundable).map(([, rest]) => rest)[0] ?? null,
    departures: times("departures"),
    returnDepartures: times("returnDepartures"),
  };
  return { count: fitting, facets };
}

function count(counts: Counts, name: Name, offer: Offer): void {
  for (const value of valuesOf[name](offer)) {
    const found = counts.get(value);
    if (!found) counts.set(value, { count: 1, least: offer });
    else {
      found.count++;
      if (offer.total < found.least.total) found.least = offer;
    }
  }
}

/** The values of a facet by which an offer would be found. */
const valuesOf: Record<Name, (offer: Offer) => Iterable<string | number>> = {
  stops: (offer) => [stopsOf(offer)],
  airlines: ({ slices }) => {
    const [first = [], ...rest] = slices.flatMap(({ segments }) =>
      segments.map(({ carrier, operatingCarrier }) => [
        carrier,
        ...(operatingCarrier === null ? [] : [operatingCarrier]),
      ]),
    );
    return new Set(first.filter((code) => rest.every((codes) => codes.includes(code))));
  },
  // An offer with two bags is also one with one.
  bags: ({ bags }) => Array.from({ length: Math.min(bags?.checked ?? 0, 9) + 1 }, (_, number) => number),
  refundable: ({ conditions }) => (conditions.refund?.allowed === true ? [1] : []),
  departures: ({ slices }) => quarterOf(slices[0]?.departingAt),
  returnDepartures: ({ slices }) => quarterOf(slices[1]?.departingAt),
};

const quarterOf = (local: string | undefined) =>
  local === undefined ? [] : [Math.floor(Number(local.slice(11, 13)) / 6)];
/** The first minute of a quarter of the day, or with `after` hours the last one before them. */
const hour = (quarter: string | number, after: 0 | 6) =>
  after === 0
    ? `${String(Number(quarter) * 6).padStart(2, "0")}:00`
    : `${String(Number(quarter) * 6 + 5).padStart(2, "0")}:59`;

function list(counts: Counts): [string | number, Facet][] {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, { count, least }]) => [value, { count, least: Money.toInfo(least.total, least.currency) }]);
}
