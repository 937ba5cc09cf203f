import { instant, localMinutes } from "../../base/zone.ts";
import type { Criteria } from "../criteria.ts";
import type { Slice } from "../offer.ts";
import type { Leg } from "./leg.ts";
import type { Route } from "./network.ts";

/** One flight on one day; instants in ms. */
export type Flight = { leg: Leg; number: number; leaves: number; arrives: number };

/**
 * The part of a fare that does not change as its departure comes nearer: dollars, the keys of the market's moves, and
 * the range that the fare stays in.
 */
export type Usual = { dollars: number; alone: number; together: number; front: boolean; range: [number, number] };

/**
 * A route on one day, flight by flight. `usual` has, by cabin, what one adult's fare is made from at any moment; `slice`
 * is as it is shown. Both are filled when they are needed first, as itineraries are kept.
 */
export type Itinerary = {
  route: Route;
  flights: [Flight, ...Flight[]];
  usual: Map<Criteria["cabin"], Usual | undefined>;
  slices: Map<Criteria["cabin"], Slice>;
};

const minute = 60_000;
/** The shortest time between two flights. */
const shortest = 55 * minute;

/**
 * The route's departures on the local day `day` (days since 1970), each with the first onward flights that can be
 * reached. Of several that reach the same onward flight only the last one is kept.
 */
export function departures(route: Route, day: number): Itinerary[] {
  const [first, ...onward] = route.legs;
  if (!first) return [];
  const found: Itinerary[] = [];
  let reached = Number.POSITIVE_INFINITY;
  for (const flight of onDay(first, day).reverse()) {
    const flights: [Flight, ...Flight[]] = [flight];
    for (const leg of onward) {
      const next = following(leg, flights[flights.length - 1]?.arrives ?? 0, route.wait * 60 * minute);
      if (!next) break;
      flights.push(next);
    }
    if (flights.length <= onward.length || (flights[1]?.leaves ?? 0) === reached) continue;
    reached = flights[1]?.leaves ?? reached;
    found.unshift({ route, flights, usual: new Map(), slices: new Map() });
  }
  return found;
}

function onDay(leg: Leg, day: number): Flight[] {
  // 1 January 1970 was a Thursday.
  if (!((leg.weekdays >> ((day + 4) % 7)) & 1)) return [];
  return leg.departures.map((time, index) => {
    const leaves = instant(leg.from.timeZone, day * 1440 + time);
    return { leg, number: leg.numbers[index] ?? 0, leaves, arrives: leaves + leg.minutes * minute };
  });
}

function following(leg: Leg, landed: number, longest: number): Flight | undefined {
  const today = Math.floor(localMinutes(leg.from.timeZone, landed) / 1440);
  const later = (flight: Flight) => flight.leaves >= landed + shortest;
  const next = onDay(leg, today).find(later) ?? onDay(leg, today + 1).find(later);
  return next && next.leaves <= landed + longest ? next : undefined;
}
