import type { Airport } from "../../airport.ts";
import { kilometers } from "../../base/earth.ts";
import type { Carrier } from "./carriers.ts";
import { keyOf } from "./chance.ts";

/** An airline that flies between two airports; `weekly` as in `timetabled`. */
export type Service = { carrier: Carrier; weekly: number };

/** Which airlines fly between which airports, without times. */
export type Schedule = {
  between(from: Airport, to: Airport): Service[];
  /** The airports (codes) to which there are flights. */
  from(airport: Airport): ReadonlyMap<string, Service[]>;
  /** Whether nothing is sold between the countries, not even with stops. */
  isNever(from: Airport, to: Airport): boolean;
};

/** The data of `packages/core/data/routes.json`: code, kind, hubs, flights, pairs abroad. */
export type Rows = { shut: string; never: string; rows: (string | number)[][] };

const kinds = ["full", "low", "regional"] as const;
const words = (text: string) => new Set(text === "" ? [] : text.split(" "));
const none: ReadonlyMap<string, Service[]> = new Map();

/** The flights of each airport (code) by the airport at the other end. */
export type Flights = Map<string, Map<string, Service[]>>;

/** Reads the flights of all airlines, both ways. */
export function readFlights(rows: Rows["rows"]): Flights {
  const flights: Flights = new Map();
  const add = (from: string, to: string, service: Service) => {
    const own = flights.get(from) ?? new Map<string, Service[]>();
    flights.set(from, own);
    const services = own.get(to);
    if (services) services.push(service);
    else own.set(to, [service]);
  };
  for (const [code, kind, hubs, lists, abroad] of rows as [string, number, string, string, string][]) {
    const carrier = { code, kind: kinds[kind] ?? "full", hubs: words(hubs), abroad: words(abroad), key: keyOf(code) };
    for (const list of lists.split(" ")) {
      const hub = list.slice(0, 3);
      for (let at = 4; at < list.length; at += 4) {
        const other = list.slice(at, at + 3);
        const service = { carrier, weekly: Number.parseInt(list[at + 3] ?? "7", 36) };
        add(hub, other, service);
        add(other, hub, service);
      }
    }
  }
  return flights;
}

/** Makes the schedule of the flights of all airlines; airports that the data lacks are linked to a large one near them when asked for. */
export function readSchedule({ shut, never, rows }: Rows, airports: Map<string, Airport>): Schedule {
  const flights = readFlights(rows);
  const closed = words(shut);
  const apart = words(never);
  const linked = new Map<string, ReadonlyMap<string, Service[]>>();

  /** The flights of an airport that no airline of the data serves: one link to the airport nearest to its region. */
  function link(airport: Airport): ReadonlyMap<string, Service[]> {
    const known = linked.get(airport.code);
    if (known) return known;
    const hub = closed.has(airport.code) ? undefined : gateway(airport, airports, flights);
    const by = hub && regional(flights.get(hub.code) ?? none);
    const made = hub && by ? new Map([[hub.code, [{ carrier: by, weekly: airport.size < 2 ? 3 : 7 }]]]) : none;
    linked.set(airport.code, made);
    return made;
  }

  const from = (airport: Airport) => flights.get(airport.code) ?? link(airport);
  return {
    from,
    between: (start, end) => from(start).get(end.code) ?? from(end).get(start.code) ?? [],
    isNever: (start, end) => apart.has([start.country, end.country].sort().join("")),
  };
}

/** The airport that serves a small one: larger, near, in its own country. */
function gateway(
  small: Airport,
  airports: Map<string, Airport>,
  flights: ReadonlyMap<string, ReadonlyMap<string, Service[]>>,
): Airport | undefined {
  let best: { airport: Airport; cost: number } | undefined;
  for (const airport of airports.values()) {
    if (airport.country !== small.country || airport.size < 3 || airport.size <= small.size - 2) continue;
    if ((flights.get(airport.code)?.size ?? 0) < 2) continue;
    const km = kilometers(small.location, airport.location);
    const cost = km - 200 * airport.size;
    if (km >= 20 && km <= 3500 && (!best || cost < best.cost)) best = { airport, cost };
  }
  return best?.airport;
}

/** The airline of the link: one that connects at the hub, else one that flies from there. */
function regional(served: ReadonlyMap<string, Service[]>): Carrier | undefined {
  const counts = new Map<Carrier, number>();
  for (const services of served.values())
    for (const { carrier } of services) counts.set(carrier, (counts.get(carrier) ?? 0) + 1);
  const best = [...counts].sort(
    ([a, many], [b, more]) => Number(a.kind === "low") - Number(b.kind === "low") || more - many,
  );
  return best[0]?.[0];
}
