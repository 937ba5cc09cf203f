import * as Airline from "@travel-conductor/core/airline";
import * as Airport from "@travel-conductor/core/airport";
import { kilometers } from "@travel-conductor/core/base/earth";
import { type Corrections, type Direct, readCorrections } from "./corrections.ts";
import { readSchedule } from "./schedule.ts";
import { spread } from "./spread.ts";
import { isForeign, territory } from "./territory.ts";

type Airports = Map<string, Airport.Airport>;
type Homes = Map<string, Set<string>>;

/** An airline that flies no farther (km) has one cabin. */
const farKm = 2_400;

/**
 * Makes the text of packages/core/data/routes.json.
 * @param schedule OpenTravelData's optd_airline_por.csv
 * @param changes what is added and taken away, as packages/scripts/data/routes.txt has it
 * @throws Error naming the line of `changes` that cannot be read, or the flight in it that cannot be
 */
export async function buildRoutes(schedule: string, changes: string): Promise<string> {
  const corrections = readCorrections(changes);
  const airports = Airport.all();
  const old = readSchedule(schedule, airports, corrections);
  const homes = homesOf(old, corrections, airports);
  const flights = new Map<string, Direct>();
  const known = await Airline.all();
  /** Adds a flight, unless its airline or an airport is unknown or shut, or its countries are apart. */
  const put = (flight: Direct): boolean => {
    if (!known.has(flight.airline)) return false;
    const [a, b] = [flight.from, flight.to].sort();
    const from = airports.get(a ?? "");
    const to = airports.get(b ?? "");
    if (!from || !to || corrections.shut.has(from.code) || corrections.shut.has(to.code)) return false;
    if (corrections.isApart(from.country, to.country)) return false;
    const key = `${flight.airline} ${from.code}${to.code}`;
    const weekly = Math.max(flight.weekly, flights.get(key)?.weekly ?? 0);
    flights.set(key, { airline: flight.airline, from: from.code, to: to.code, weekly });
    return true;
  };
  for (const flight of old) {
    const home = homes.get(flight.airline) ?? new Set();
    const [a, b] = [airports.get(flight.from)!, airports.get(flight.to)!];
    const free = corrections.low.has(flight.airline) || flight.airline === "BT" || flight.airline === "SK";
    if (isForeign(home, a, b, free) && !corrections.mayFlyBetween(flight.airline, a.code, b.code)) continue;
    if (corrections.cut.has(`${flight.airline} ${a.code}${b.code}`)) continue;
    if (corrections.cut.has(`${flight.airline} ${b.code}${a.code}`)) continue;
    if (corrections.low.has(flight.airline) && [a.code, b.code].includes("LHR")) continue;
    put(flight);
  }
  for (const flight of spread(corrections, airports)) put(flight);
  for (const flight of corrections.flown) {
    if (!put(flight)) throw new Error(`routes.txt: ${flight.airline} cannot fly from ${flight.from} to ${flight.to}`);
  }
  return toText([...flights.values()], homes, corrections, airports);
}

/** Where an airline is at home: as the corrections say, else the country in which most of its flights begin or end. */
function homesOf(flights: Direct[], { homes: stated, flown }: Corrections, airports: Airports): Homes {
  const counts = new Map<string, Map<string, number>>();
  for (const { airline, from, to, weekly } of [...flights, ...flown]) {
    const of = counts.get(airline) ?? new Map<string, number>();
    for (const country of [from, to].flatMap((code) => airports.get(code)?.country ?? []).map(territory))
      of.set(country, (of.get(country) ?? 0) + weekly);
    counts.set(airline, of);
  }
  const most = [...counts].map(([airline, of]): [string, Set<string>] => {
    const [[country = ""] = []] = [...of].sort((a, b) => b[1] - a[1]);
    return [airline, new Set([country])];
  });
  return new Map([...most, ...stated]);
}

/** One row an airline: code, kind, where it connects, its flights, and those between two foreign countries. */
function toText(flights: Direct[], homes: Homes, corrections: Corrections, airports: Airports): string {
  const { shut, never } = corrections;
  const byAirline = new Map<string, Direct[]>();
  for (const flight of flights) byAirline.set(flight.airline, [...(byAirline.get(flight.airline) ?? []), flight]);
  const rows = [...byAirline]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([airline, own]) =>
      JSON.stringify(toRow(airline, own, homes.get(airline) ?? new Set(), corrections, airports)),
    );
  const about =
    "airline; kind: 0 full service, 1 low-cost, 2 regional; where it connects; for each airport the others with the " +
    "flights a week in base 36 (8: two a day, 9: three …); pairs between foreign countries. Made by npm run routes from " +
    "OpenTravelData (CC BY 4.0) and routes.txt; see docs/flights.md.";
  const codes = (of: Set<string>) => JSON.stringify([...of].sort().join(" "));
  const head = `{"about":${JSON.stringify(about)},"shut":${codes(shut)},"never":${codes(never)}`;
  return `${head},"rows":[\n${rows.join(",\n")}\n]}\n`;
}

function toRow(
  airline: string,
  own: Direct[],
  home: Set<string>,
  { low, connecting }: Corrections,
  airports: Airports,
): unknown[] {
  const sizes = new Map<string, number>();
  for (const { from, to } of own) for (const end of [from, to]) sizes.set(end, (sizes.get(end) ?? 0) + 1);
  const busier = (a: string, b: string) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0) || (a < b ? -1 : 1);
  const lists = new Map<string, string[]>();
  for (const { from, to, weekly } of own) {
    const [hub = "", other = ""] = [from, to].sort(busier);
    lists.set(hub, [...(lists.get(hub) ?? []), `${other}${weekly.toString(36)}`]);
  }
  const kilometersOf = ({ from, to }: Direct) => kilometers(airports.get(from)!.location, airports.get(to)!.location);
  const regional = own.every((flight) => kilometersOf(flight) < farKm);
  const kind = low.has(airline) ? 1 : regional ? 2 : 0;
  const isHome = (code: string) => {
    const { country } = airports.get(code)!;
    return home.has(country) || home.has(territory(country));
  };
  const least = Math.max(3, 0.08 * Math.max(...sizes.values()));
  const hubs =
    kind === 1 && !connecting.has(airline)
      ? []
      : [...sizes].filter(([code, size]) => size >= least && isHome(code)).map(([code]) => code);
  const foreign = own.filter(({ from, to }) => kind !== 1 && !isHome(from) && !isHome(to));
  return [
    airline,
    kind,
    hubs.sort(busier).join(" "),
    [...lists]
      .sort(([a], [b]) => busier(a, b))
      .map(([hub, others]) => `${hub}:${others.sort().join("")}`)
      .join(" "),
    foreign
      .map(({ from, to }) => from + to)
      .sort()
      .join(" "),
  ];
}
