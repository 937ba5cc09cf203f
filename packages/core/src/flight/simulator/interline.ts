import type { Airport } from "../../airport.ts";
import { kilometers } from "../../base/earth.ts";
import { bond, isShared } from "./alliances.ts";
import type { Schedule, Service } from "./schedule.ts";

/** A part of a way: the airlines that fly it, and the one that is chosen. */
type Hop = { from: Airport; to: Airport; km: number; services: Service[] };
export type Chosen = { from: Airport; to: Airport; km: number; service: Service };
type Way = { parts: Chosen[]; cost: number };

/** The kilometers that are added when ways are compared: for a looser bond, and for each day without a flight. */
const costs = { bond: 300, idle: 120 };
/** Sellers that are tried for a way, hubs at each end, pairs of hubs, and ways that are returned. */
const limits = { sellers: 3, hubs: 64, pairs: 60, ways: 40 };

const distance = (from: Airport, to: Airport) => kilometers(from.location, to.location);

/** The longest way in kilometers that is sold where no better one is: a detour of 6,500 km, less on short journeys. */
const longest = (km: number) => Math.max(1.7 * km, Math.min(3.2 * km + 500, km + 6_500));

/** Ways on one ticket of several airlines, best first: over one airport at which both meet, and over two. */
export function buildInterline(airports: Map<string, Airport>, schedule: Schedule) {
  /** The airports to which there are flights of airlines that share tickets, no longer way than `most` to `other`. */
  function hubs(place: Airport, other: Airport, most: number): (Hop & { flown: number })[] {
    const found: (Hop & { flown: number })[] = [];
    for (const [code, all] of schedule.from(place)) {
      const hub = airports.get(code);
      if (!hub || hub === other) continue;
      const services = all.filter(({ carrier }) => isShared(carrier));
      if (services.length === 0) continue;
      const km = distance(place, hub);
      const flown = km + distance(hub, other);
      if (flown <= most) found.push({ from: place, to: hub, km, services, flown });
    }
    return found;
  }

  function oneStop(from: Airport, to: Airport): Chosen[][] {
    const onward = schedule.from(to);
    const ways = hubs(from, to, longest(distance(from, to))).flatMap((first) => {
      const services = onward.get(first.to.code);
      return services ? sold([first, { from: first.to, to, km: first.flown - first.km, services }]) : [];
    });
    return best(ways);
  }

  /** Those hubs that lie best on the way: near it, and with many flights. */
  function bestHubs(place: Airport, other: Airport, most: number): Hop[] {
    return hubs(place, other, most)
      .map((hop) => ({ hop, cost: hop.flown - 25 * schedule.from(hop.to).size }))
      .sort((a, b) => a.cost - b.cost)
      .slice(0, limits.hubs)
      .map(({ hop }) => hop);
  }

  function twoStops(from: Airport, to: Airport): Chosen[][] {
    const most = longest(distance(from, to));
    const backs = bestHubs(to, from, most);
    const pairs: { hops: [Hop, Hop, Hop]; flown: number }[] = [];
    for (const out of bestHubs(from, to, most)) {
      const onward = schedule.from(out.to);
      for (const back of backs) {
        const services = out.to === back.to ? undefined : onward.get(back.to.code);
        if (!services) continue;
        const km = distance(out.to, back.to);
        const flown = out.km + km + back.km;
        if (flown > most) continue;
        const [middle, end] = [
          { from: out.to, to: back.to, km, services },
          { ...back, from: back.to, to },
        ];
        pairs.push({ hops: [out, middle, end], flown });
      }
    }
    const ways = pairs
      .sort((a, b) => a.flown - b.flown)
      .slice(0, limits.pairs)
      .flatMap(({ hops }) => sold(hops));
    return best(ways);
  }

  return { oneStop, twoStops };
}

/** A way with each airline that may sell it, that of the longest part; the airlines closest to it fly the others. */
function sold(hops: Hop[]): Way[] {
  const main = hops.reduce((a, b) => (b.km > a.km ? b : a));
  const sellers = main.services.toSorted((a, b) => b.weekly - a.weekly).slice(0, limits.sellers);
  return sellers.flatMap((seller) => {
    let cost = 0;
    const parts: Chosen[] = [];
    for (const hop of hops) {
      const [service, more] = hop === main ? [seller, idle(seller)] : closest(seller, hop.services);
      if (!service) return [];
      const { from, to, km } = hop;
      parts.push({ from, to, km, service });
      cost += km + more;
    }
    return [{ parts, cost }];
  });
}

const idle = ({ weekly }: Service) => costs.idle * Math.max(0, 7 - weekly);

function closest(seller: Service, services: Service[]): [service: Service | undefined, cost: number] {
  let found: Service | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const service of services) {
    const near = bond(seller.carrier, service.carrier);
    if (near === undefined) continue;
    const cost = costs.bond * near + idle(service);
    if (cost < least) [found, least] = [service, cost];
  }
  return [found, least];
}

const best = (ways: Way[]): Chosen[][] =>
  ways
    .sort((a, b) => a.cost - b.cost)
    .slice(0, limits.ways)
    .map(({ parts }) => parts);
