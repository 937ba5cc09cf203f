import type { Airport } from "../../airport.ts";
import { kilometers } from "../../base/earth.ts";
import type { Carrier } from "./carriers.ts";
import { cached, keyOf, mix } from "./chance.ts";
import { buildInterline, type Chosen } from "./interline.ts";
import { type Leg, timetabled } from "./leg.ts";
import type { Schedule, Service } from "./schedule.ts";

/**
 * A way from one airport to another, without dates. `km` is the distance flown, `direct` the great circle, `wait` the
 * most hours between two flights.
 */
export type Route = { legs: Leg[]; seller: Carrier; km: number; direct: number; key: number; wait: number };

/**
 * The ways from one airport to another: `own` are those that one airline sells, with one stop at most. `joined` are
 * those of several airlines on one ticket, best first, over one airport and over two: each is offered where those before
 * it have no journey on a day.
 */
export type RouteNetwork = {
  own(from: Airport, to: Airport): Route[];
  joined: readonly ((from: Airport, to: Airport) => Iterable<Route>)[];
};

const distance = (from: Airport, to: Airport) => kilometers(from.location, to.location);

/** No connection is sold where the great circle is shorter (km). */
const nearest = 120;
/** The most connections, and what a second hub of the same airline counts for (km). */
const connections = { near: 10, far: 26, farKm: 8_000, second: 600 };
/** The most hours between two flights of one airline, and of several, which meet less well. */
const waits = { own: 15, joined: 24 };

/** Finds ways in a schedule: a pure function of the airports and the schedule. */
export function buildNetwork(airports: Map<string, Airport>, schedule: Schedule): RouteNetwork {
  const legs = cached<Leg>(20_000);
  const known = cached<Route[]>(10_000);
  const ways = cached<Chosen[][]>(1_000);
  const interline = buildInterline(airports, schedule);

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

  function own(from: Airport, to: Airport): Route[] {
    if (schedule.isNever(from, to)) return [];
    const km = distance(from, to);
    const ways = [...direct(from, to).map((one) => [one]), ...(km < nearest ? [] : oneStop(from, to, km))];
    const once = new Map(ways.map((way) => [way.map(({ carrier, to }) => carrier.code + to.code).join(), way]));
    return [...once.values()].filter((way) => simple(way)).map((way) => route(way, km, waits.own));
  }

  /** Flights are timetabled one way at a time, as the first few ways are mostly sufficient. */
  function* joined(from: Airport, to: Airport, stops: 1 | 2): Iterable<Route> {
    const km = distance(from, to);
    if (km < nearest || schedule.isNever(from, to)) return;
    const find = stops === 1 ? interline.oneStop : interline.twoStops;
    for (const parts of ways(`${from.code}${to.code}${stops}`, () => find(from, to)))
      yield route(
        parts.map(({ service, from, to, km }) => leg(service, from, to, km)),
        km,
        waits.joined,
      );
  }

  return {
    own: (from, to) => known(from.code + to.code, () => own(from, to)),
    joined: [(from, to) => joined(from, to, 1), (from, to) => joined(from, to, 2)],
  };
}

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

function route(legs: Leg[], direct: number, wait: number): Route {
  const longest = legs.reduce((a, b) => (b.km > a.km ? b : a));
  const key = legs.reduce((key, { carrier, to }) => mix(mix(key, carrier.key), keyOf(to.code)), 1);
  const km = legs.reduce((sum, leg) => sum + leg.km, 0);
  return { legs, seller: longest.carrier, km, direct, wait, key: mix(key, keyOf(legs[0]?.from.code ?? "")) };
}
