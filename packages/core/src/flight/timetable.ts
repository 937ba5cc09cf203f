import * as Airport from "../airport.ts";
import { kilometers } from "../base/earth.ts";
import { blockTime } from "./simulator/leg.ts";
import { type Flights, readFlights } from "./simulator/schedule.ts";

/** An airline's flights a week between two airports. */
export type Flown = { airline: string; weekly: number };

/** Non-stop flights between two airports; `minutes` from gate to gate follow from the distance. */
export type Nonstop = { from: string; to: string; minutes: number; airlines: Flown[] };

let loaded: Promise<Flights> | undefined;

/** The flights of data/routes.json alone, which come from a schedule that was published, without the market's own links. */
function flights(): Promise<Flights> {
  loaded ??= import("../../data/routes.json").then(({ default: data }) => readFlights(data.rows));
  return loaded;
}

/** In the data 1 to 7 are flights a week, 8 is two a day, 9 three a day and so on. */
const aWeek = (code: number) => (code <= 7 ? code : 7 * (code - 6));

/** The non-stop flights from some airports to others, those with most flights first. */
export async function nonstops(from: string[], to: string[]): Promise<Nonstop[]> {
  const [airports, known] = await Promise.all([Airport.all(), flights()]);
  const found = from.flatMap((start) =>
    to.flatMap((end) => {
      const [leaves, lands] = [airports.get(start), airports.get(end)];
      const services = known.get(start)?.get(end);
      if (!leaves || !lands || !services) return [];
      const airlines = services
        .map(({ carrier, weekly }) => ({ airline: carrier.code, weekly: aWeek(weekly) }))
        .sort((one, other) => other.weekly - one.weekly);
      const minutes = blockTime(leaves, lands, kilometers(leaves.location, lands.location));
      return [{ from: start, to: end, minutes, airlines }];
    }),
  );
  return found.sort((one, other) => weeklyOf(other.airlines) - weeklyOf(one.airlines));
}

/** How many airports have a flight to one of these without a stop. */
export async function startsTo(to: string[]): Promise<number> {
  const known = await flights();
  const starts = new Set(to.flatMap((code) => [...(known.get(code)?.keys() ?? [])]));
  return [...starts].filter((code) => !to.includes(code)).length;
}

/** How many flights a week leave each airport. */
export async function departures(): Promise<Map<string, number>> {
  const each = [...(await flights())].map(([code, ends]) => {
    const services = [...ends.values()].flat();
    return [code, services.reduce((sum, { weekly }) => sum + aWeek(weekly), 0)] as const;
  });
  return new Map(each);
}

const weeklyOf = (airlines: Flown[]) => airlines.reduce((sum, { weekly }) => sum + weekly, 0);
