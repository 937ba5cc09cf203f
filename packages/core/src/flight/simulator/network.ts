import type { Airline } from "../../airline.ts";
import type { Airport } from "../../airport.ts";
import { kilometers } from "../../base/earth.ts";
import { type Carrier, carriers } from "./carriers.ts";
import { cached, keyOf, mix, unit } from "./chance.ts";
import { type Leg, timetabled } from "./leg.ts";

type Network = Carrier & { key: number; bases: Airport[] };

/** A way from one airport to another, without dates. `km` is the distance flown, `direct` the great circle. */
export type Route = { legs: Leg[]; seller: Carrier; km: number; direct: number; key: number };

/** Every way from one airport to another that an airline would sell. */
export type RouteNetwork = { routes(from: Airport, to: Airport): Route[] };

const distance = (from: Airport, to: Airport) => kilometers(from.location, to.location);

/** No flight is shorter than 90 km. */
const nearest = 90;

/** Builds the network of flights: a pure function of the airports, the airlines and the table of carriers. */
export function buildNetwork(airports: Map<string, Airport>, airlines: Iterable<Airline>): RouteNetwork {
  const networks = carriers.map((carrier) => network(carrier, airports));
  const locals = new Map<string, Airline[]>();
  for (const airline of airlines)
    if (airline.country) locals.set(airline.country, [...(locals.get(airline.country) ?? []), airline]);
  const legs = cached<Leg>(20_000);
  const known = cached<Route[]>(10_000);
  const feeders = cached<Leg[]>(5_000);

  const leg = (by: Network, from: Airport, to: Airport, km: number) =>
    legs(`${by.code}${from.code}${to.code}`, () => timetabled(by, from, to, km));

  function direct(from: Airport, to: Airport): Leg[] {
    const km = distance(from, to);
    return networks.filter((by) => serves(by, from, to, km)).map((by) => leg(by, from, to, km));
  }

  function oneStop(from: Airport, to: Airport, km: number): Leg[][] {
    const longest = Math.max((km < 3000 ? 1.45 : km < 8000 ? 1.3 : 1.22) * km, km + 600);
    const found: { legs: Leg[]; flown: number }[] = [];
    for (const by of networks) {
      if (by.low) continue;
      for (const hub of by.bases) {
        const [first, second] = [distance(from, hub), distance(hub, to)];
        if (first + second > longest || !serves(by, from, hub, first) || !serves(by, hub, to, second)) continue;
        found.push({ legs: [leg(by, from, hub, first), leg(by, hub, to, second)], flown: first + second });
      }
    }
    return found
      .sort((a, b) => a.flown - b.flown)
      .slice(0, km > 8000 ? 14 : 8)
      .map(({ legs }) => legs);
  }

  /**
   * The flight between a small airport and the large one that serves it, out or back; none where no airline is at home.
   */
  function feeder(small: Airport, back: boolean): Leg[] {
    return feeders(`${small.code}${back}`, () => {
      const hub = gateway(small, airports);
      const by = hub && regional(small, hub);
      if (!by) return [];
      return [back ? leg(by, hub, small, distance(hub, small)) : leg(by, small, hub, distance(small, hub))];
    });
  }

  function regional(small: Airport, hub: Airport): Network | undefined {
    const own = networks.find((by) => !by.low && by.country === small.country && by.hubs.includes(hub.code));
    if (own) return own;
    const home = locals.get(small.country) ?? locals.get(hub.country) ?? [];
    const chosen = home[mix(keyOf(small.code), 7) % home.length];
    if (!chosen) return undefined;
    const carrier = { code: chosen.code, country: small.country, low: false, range: 4000, hubs: [hub.code] };
    return network(carrier, airports);
  }

  /** Two stops, or one at the end of a feeder flight: for airports that the big airlines do not serve. */
  function byFeeder(from: Airport, to: Airport): Leg[][] {
    const found: Leg[][] = [];
    const [out] = feeder(from, false);
    const [back] = feeder(to, true);
    if (out?.to === to) return [[out]];
    if (back?.from === from) return [[back]];
    if (out) for (const on of direct(out.to, to).slice(0, 3)) found.push([out, on]);
    if (back) for (const on of direct(from, back.from).slice(0, 3)) found.push([on, back]);
    if (out && back && out.to === back.from) return [...found, [out, back]];
    if (out && back) for (const on of direct(out.to, back.from).slice(0, 3)) found.push([out, on, back]);
    if (out) for (const on of oneStop(out.to, to, distance(out.to, to)).slice(0, 2)) found.push([out, ...on]);
    if (back)
      for (const on of oneStop(from, back.from, distance(from, back.from)).slice(0, 2)) found.push([...on, back]);
    return found;
  }

  return {
    routes: (from, to) =>
      known(from.code + to.code, () => {
        const km = distance(from, to);
        if (km < nearest) return [];
        const big = [...direct(from, to).map((one) => [one]), ...oneStop(from, to, km)];
        const all = big.length < 3 ? [...big, ...byFeeder(from, to)] : big;
        const once = new Map(all.map((way) => [way.map(({ carrier, to }) => carrier.code + to.code).join(), way]));
        return [...once.values()].filter((way) => simple(way)).map((way) => route(way, km));
      }),
  };
}

function network(carrier: Carrier, airports: Map<string, Airport>): Network {
  const bases = carrier.hubs.flatMap((code) => airports.get(code) ?? []);
  return { ...carrier, key: keyOf(carrier.code), bases };
}

function simple(way: Leg[]): boolean {
  const seen = [way[0]?.from, ...way.map(({ to }) => to)];
  return new Set(seen).size === seen.length;
}

function route(legs: Leg[], direct: number): Route {
  const longest = legs.reduce((a, b) => (b.km > a.km ? b : a));
  const key = legs.reduce((key, { carrier, to }) => mix(mix(key, keyOf(carrier.code)), keyOf(to.code)), 1);
  const km = legs.reduce((sum, leg) => sum + leg.km, 0);
  return { legs, seller: longest.carrier, km, direct, key: mix(key, keyOf(legs[0]?.from.code ?? "")) };
}

/** How large an airport must be for a flight of this distance (km) by an airline from another country. */
const sizes: [km: number, full: number, low: number][] = [
  [1500, 4, 3],
  [4000, 5, 4],
  [8000, 7, 6],
  [20_000, 8, 7],
];

/** An airline flies between its bases, and from a base to airports with enough demand: the farther, the larger. */
function serves(by: Network, a: Airport, b: Airport, km: number): boolean {
  const [atA, atB] = [by.hubs.includes(a.code), by.hubs.includes(b.code)];
  if ((!atA && !atB) || km < nearest || km > by.range) return false;
  const smaller = Math.min(a.size, b.size);
  if ((smaller < 4 && km > 2500) || (smaller < 6 && km > 5500)) return false;
  if ((atA && atB) || (smaller === 9 && !by.low)) return true;
  const [hub, other] = atA ? [a, b] : [b, a];
  const home = other.country === by.country || other.country === hub.country;
  const [, full, low] = sizes.find(([most]) => km <= most) ?? [0, 8, 7];
  const spare = other.size - (by.low ? low : full) + (home ? 2 : 0);
  const trunk = !by.low && hub.size >= 8 && other.size >= 8;
  const odds = 0.3 + 0.13 * spare + (home ? 0.3 : 0) + (trunk ? 0.45 : by.low ? -0.05 : 0.1);
  return spare >= 0 && unit(mix(by.key, mix(keyOf(hub.code), keyOf(other.code)))) < odds;
}

/** The airport that serves a small one: larger, near, in its own country where there is one. */
function gateway(small: Airport, airports: Map<string, Airport>): Airport | undefined {
  let best: { airport: Airport; cost: number } | undefined;
  for (const airport of airports.values()) {
    const home = airport.country === small.country;
    if (airport.size <= small.size || (airport.size < 5 && !(home && airport.size >= small.size + 2))) continue;
    const km = distance(small, airport);
    const cost = km - 200 * airport.size + (home ? 0 : 1500);
    if (km >= nearest && km <= 3500 && (!best || cost < best.cost)) best = { airport, cost };
  }
  return best?.airport;
}
