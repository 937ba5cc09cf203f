import type { Airline } from "../../airline.ts";
import type { Airport } from "../../airport.ts";
import { type Carrier, carriers } from "./carriers.ts";
import { keyOf, mix, remembered, unit } from "./chance.ts";
import { offset } from "./clock.ts";

type Network = Carrier & { key: number; bases: Airport[] };

/** One airline's flights between two airports: `departures` in local minutes of the day, with a flight number each. */
export type Leg = {
  carrier: Carrier;
  from: Airport;
  to: Airport;
  km: number;
  /** From gate to gate. */
  minutes: number;
  departures: number[];
  numbers: number[];
  /** Bit 0 is Sunday: the weekdays on which it flies. */
  weekdays: number;
};

/** A way from one airport to another, without dates. `km` is what is flown, `direct` the great circle. */
export type Route = { legs: Leg[]; seller: Carrier; km: number; direct: number; key: number };

export type World = { airports: Map<string, Airport>; routes(from: Airport, to: Airport): Route[] };

/** Nobody flies less than 90 km. */
const nearest = 90;

/** Great-circle distance (haversine, mean radius 6371 km). */
export function distance(a: Airport, b: Airport): number {
  const radians = Math.PI / 180;
  const { latitude: north, longitude: east } = a.location;
  const dLat = Math.sin(((b.location.latitude - north) * radians) / 2);
  const dLon = Math.sin(((b.location.longitude - east) * radians) / 2);
  const h = dLat * dLat + Math.cos(north * radians) * Math.cos(b.location.latitude * radians) * dLon * dLon;
  return 12_742 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Who flies where: a pure function of the airports, the airlines and the table of carriers. */
export function world(airports: Map<string, Airport>, airlines: Iterable<Airline>): World {
  const networks = carriers.map((carrier) => network(carrier, airports));
  const locals = new Map<string, Airline[]>();
  for (const airline of airlines)
    if (airline.country) locals.set(airline.country, [...(locals.get(airline.country) ?? []), airline]);
  const legs = remembered<Leg>(50_000);
  const known = remembered<Route[]>(20_000);
  const feeders = remembered<Leg[]>(5_000);

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

  /** The flight that links a small airport with the big one it looks to, out or back; none where no airline is at home. */
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

  /** Two landings, or one at the end of a feeder: the way from and to where the big airlines do not go. */
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
    airports,
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

/** An airline flies between its bases, and from a base to where enough people go: the farther, the bigger it must be. */
function serves(by: Network, a: Airport, b: Airport, km: number): boolean {
  const [atA, atB] = [by.hubs.includes(a.code), by.hubs.includes(b.code)];
  if ((!atA && !atB) || km < nearest || km > by.range) return false;
  if (km > (Math.min(a.size, b.size) >= 6 ? by.range : Math.min(a.size, b.size) >= 4 ? 5500 : 2500)) return false;
  if ((atA && atB) || (a.size === 9 && b.size === 9 && !by.low)) return true;
  const [hub, other] = atA ? [a, b] : [b, a];
  const home = other.country === by.country || other.country === hub.country;
  const steps = by.low ? [3, 4, 6, 7] : [4, 5, 7, 8];
  const needed = (steps[km < 1500 ? 0 : km < 4000 ? 1 : km < 8000 ? 2 : 3] ?? 8) - (home ? 2 : 0);
  const trunk = !by.low && hub.size >= 8 && other.size >= 8;
  const odds = 0.3 + 0.13 * (other.size - needed) + (home ? 0.3 : 0) + (trunk ? 0.45 : by.low ? -0.05 : 0.1);
  return other.size >= needed && unit(mix(by.key, mix(keyOf(hub.code), keyOf(other.code)))) < odds;
}

/** The airport a small one looks to: bigger, near, in its own country where there is one. */
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

const round = (minutes: number) => Math.round(minutes / 5) * 5;

function timetabled(by: Network, from: Airport, to: Airport, km: number): Leg {
  const [a, b] = [keyOf(from.code), keyOf(to.code)];
  const pair = mix(by.key, mix(Math.min(a, b), Math.max(a, b)));
  const own = mix(pair, a);
  const east = ((to.location.longitude - from.location.longitude + 540) % 360) - 180;
  // The jet stream: up to 7 % faster eastward, as much slower westward.
  const minutes = round(40 + (km / 13.6) * (1 - 0.07 * Math.max(-1, Math.min(1, east / 60))));
  const busy = from.size + to.size;
  const daily = Math.max(1, Math.min(by.low ? 3 : 6, Math.round(((busy - 7) / 2) * (by.low ? 0.5 : 1))));
  const times = km > 5000 ? longHaul(own, from, to, minutes, busy > 16 && km < 9000 ? 2 : 1) : spread(own, daily);
  const first = km > 5000 && !by.low ? 2 + (pair % 190) * 2 : 400 + (pair % 3500) * 2;
  const thin = by.low ? busy < 13 : km < 5000 && busy < 8;
  return {
    carrier: by,
    from,
    to,
    km,
    minutes,
    departures: times,
    numbers: times.map((_, index) => first + 2 * index + (a < b ? 0 : 1)),
    weekdays: thin ? some(own) : 127,
  };
}

/** `count` departures over the day, from about six to half past nine in the evening. */
function spread(key: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => round(370 + ((index + unit(mix(key, index))) * 920) / count));
}

/** Long flights leave when they arrive neither in the dead of night nor before the buses run. */
function longHaul(key: number, from: Airport, to: Airport, minutes: number, count: number): number[] {
  const winter = Date.UTC(2026, 0, 15);
  const shift = minutes + offset(to.timeZone, winter) - offset(from.timeZone, winter);
  const sound: number[] = [];
  for (let tries = 0; sound.length < count; tries++) {
    const leaves = round(420 + unit(mix(key, tries)) * 980);
    const arrives = (leaves + shift + 2880) % 1440;
    if ((arrives > 320 && arrives < 1370) || tries > 20) sound.push(leaves);
  }
  return sound.sort((a, b) => a - b);
}

/** Three to six days of the week. */
function some(key: number): number {
  const count = 3 + (key % 4);
  const order = [0, 1, 2, 3, 4, 5, 6].sort((a, b) => mix(key, a) - mix(key, b));
  return order.slice(0, count).reduce((mask, weekday) => mask | (1 << weekday), 0);
}
