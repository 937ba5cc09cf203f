import type { Airport } from "../../airport.ts";
import { kilometers } from "../../base/earth.ts";
import type { Carrier } from "./carriers.ts";
import { cached, keyOf, mix } from "./chance.ts";
import { type Leg, timetabled } from "./leg.ts";
import type { Schedule, Service } from "./schedule.ts";

/** A way from one airport to another, without dates. `km` is the distance flown, `direct` the great circle. */
export type Route = { legs: Leg[]; seller: Carrier; km: number; direct: number; key: number };

/**
 * The ways from one airport to another: those that one airline sells, with one stop at most, and those of two airlines
 * or two stops, which are offered where the first have none on a day.
 */
export type RouteNetwork = {
  routes(from: Airport, to: Airport): Route[];
  joined(from: Airport, to: Airport): Route[];
};

const distance = (from: Airport, to: Airport) => kilometers(from.location, to.location);

/** No connection is sold where the great circle is shorter (km). */
const nearest = 120;
/** The most connections, and what a second hub of the same airline counts for (km). */
const connections = { near: 10, far: 26, farKm: 8_000, second: 600, joined: 60 };

/** Finds ways in a schedule: a pure function of the airports and the schedule. */
export function buildNetwork(airports: Map<string, Airport>, schedule: Schedule): RouteNetwork {
  const legs = cached<Leg>(20_000);
  const known = cached<Route[]>(10_000);

  const leg = ({ carrier, weekly }: Service, from: Airport, to: Airport, km: number) =>
    legs(`${carrier.code}${from.code}${to.code}`, () => timetabled(carrier, from, to, km, weekly));

  function direct(from: Airport, to: Airport): Leg[] {
    const km = distance(from, to);
    return schedule.between(from, to).map((service) => leg(service, from, to, km));
  }

  /** One airline's two flights over its hub, or over a place abroad where it may take travelers on. */
  function oneStop(from: Airport, to: Airport, km: number): Leg[][] {
    const longest = Math.max((km < 3000 ? 1.5 : km < 8000 ? 1.35 : 1.24) * km, km + 800);
    const onward = schedule.from(to);
    const found: { carrier: Carrier; legs: Leg[]; flown: number }[] = [];
    for (const [code, services] of schedule.from(from)) {
      const others = onward.get(code);
      const hub = others && airports.get(code);
      if (!hub) continue;
      const [first, second] = [distance(from, hub), distance(hub, to)];
      if (first + second > longest) continue;
      for (const service of services) {
        const { carrier } = service;
        if (!connects(carrier, from, hub, to)) continue;
        const next = others.find((each) => each.carrier === carrier);
        if (!next) continue;
        const ways = [leg(service, from, hub, first), leg(next, hub, to, second)];
        found.push({ carrier, legs: ways, flown: first + second });
      }
    }
    const seen = new Map<Carrier, number>();
    for (const way of found.sort((a, b) => a.flown - b.flown)) {
      const before = seen.get(way.carrier) ?? 0;
      seen.set(way.carrier, before + 1);
      way.flown += before * connections.second;
    }
    return found
      .sort((a, b) => a.flown - b.flown)
      .slice(0, km > connections.farKm ? connections.far : connections.near)
      .map(({ legs }) => legs);
  }

  /** The flights of a place, out or back, to those well-connected places that lie best on the way to `other`. */
  function feeders(place: Airport, other: Airport, back: boolean): Leg[] {
    const found: { hub: Airport; service: Service; km: number; cost: number }[] = [];
    for (const [code, services] of schedule.from(place)) {
      const hub = airports.get(code);
      const service = services.find(({ carrier }) => isPartner(carrier));
      if (!hub || !service || hub === other) continue;
      const km = distance(place, hub);
      found.push({ hub, service, km, cost: km + distance(hub, other) - 15 * schedule.from(hub).size });
    }
    return found
      .sort((a, b) => a.cost - b.cost)
      .slice(0, 8)
      .map(({ hub, service, km }) => (back ? leg(service, hub, place, km) : leg(service, place, hub, km)));
  }

  /** Journeys of two airlines, or of two stops, for places that no airline connects by itself. */
  function byFeeder(from: Airport, to: Airport, km: number): Leg[][] {
    const longest = Math.max(1.8 * km, km + 3_000);
    const full = (ways: Leg[]) => ways.filter(({ carrier }) => isPartner(carrier)).slice(0, 2);
    const outs = feeders(from, to, false);
    const backs = feeders(to, from, true);
    const found = outs.flatMap((out) => [
      ...full(direct(out.to, to)).map((on) => [out, on]),
      ...oneStop(out.to, to, distance(out.to, to))
        .slice(0, 2)
        .map((on) => [out, ...on]),
    ]);
    for (const back of backs) {
      for (const on of full(direct(from, back.from))) found.push([on, back]);
      for (const on of oneStop(from, back.from, distance(from, back.from)).slice(0, 2)) found.push([...on, back]);
      for (const out of outs) for (const on of full(direct(out.to, back.from))) found.push([out, on, back]);
    }
    const flown = (way: Leg[]) => way.reduce((sum, { km }) => sum + km, 0);
    return found
      .filter((way) => simple(way) && flown(way) <= longest)
      .sort((a, b) => a.length - b.length || flown(a) - flown(b))
      .slice(0, connections.joined);
  }

  const toRoutes = (ways: Leg[][], km: number) => {
    const once = new Map(ways.map((way) => [way.map(({ carrier, to }) => carrier.code + to.code).join(), way]));
    return [...once.values()].filter((way) => simple(way)).map((way) => route(way, km));
  };

  return {
    routes: (from, to) =>
      known(from.code + to.code, () => {
        if (schedule.isNever(from, to)) return [];
        const km = distance(from, to);
        const nonStop = direct(from, to).map((one) => [one]);
        return toRoutes(km < nearest ? nonStop : [...nonStop, ...oneStop(from, to, km)], km);
      }),
    joined: (from, to) =>
      known(`${from.code + to.code}+`, () => {
        const km = distance(from, to);
        return schedule.isNever(from, to) || km < nearest ? [] : toRoutes(byFeeder(from, to, km), km);
      }),
  };
}

/** Whether an airline sells tickets together with others: low-cost ones that sell no connections do not. */
const isPartner = ({ kind, hubs }: Carrier) => kind !== "low" || hubs.size > 0;

/** Whether an airline sells the change: at a hub, or where one of both flights is between places abroad. */
function connects({ hubs, abroad }: Carrier, from: Airport, hub: Airport, to: Airport): boolean {
  if (hubs.has(hub.code)) return true;
  if (abroad.size === 0) return false;
  const isAbroad = (a: Airport, b: Airport) => abroad.has(a.code + b.code) || abroad.has(b.code + a.code);
  return isAbroad(from, hub) !== isAbroad(hub, to);
}

function simple(way: Leg[]): boolean {
  const seen = [way[0]?.from, ...way.map(({ to }) => to)];
  return new Set(seen).size === seen.length;
}

function route(legs: Leg[], direct: number): Route {
  const longest = legs.reduce((a, b) => (b.km > a.km ? b : a));
  const key = legs.reduce((key, { carrier, to }) => mix(mix(key, carrier.key), keyOf(to.code)), 1);
  const km = legs.reduce((sum, leg) => sum + leg.km, 0);
  return { legs, seller: longest.carrier, km, direct, key: mix(key, keyOf(legs[0]?.from.code ?? "")) };
}
