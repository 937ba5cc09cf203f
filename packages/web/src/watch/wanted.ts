import type { Journey } from "../data/flights.ts";
import { addDays, nightsOf } from "../search/journey.ts";

/** Which days and places a new watch is for, as chosen: those of the search, or more. */
export type Wanted = {
  days: "trip" | "window" | "weekends";
  from: string;
  to: string;
  leastNights: number;
  mostNights: number;
  month: string;
  /** Further places at either end, beside those of the search. */
  origins: string[];
  destinations: string[];
};

/** The most places at one end, and the most days ahead that are sold. */
export const mostPlaces = 5;
export const horizon = 330;

/** A window of three days on either side, and the month of the departure, to begin with. */
export function wantedOf(journey: Journey, today: string): Wanted {
  const { departureDate } = journey;
  const nights = nightsOf(journey) ?? 0;
  const early = addDays(departureDate, -3);
  return {
    days: "trip",
    from: early < today ? today : early,
    to: addDays(departureDate, 3),
    leastNights: Math.max(0, nights - 1),
    mostNights: nights + 1,
    month: departureDate.slice(0, 7),
    origins: [],
    destinations: [],
  };
}

/** The months whose weekends may be watched: this one and those that are sold. */
export function monthsFrom(today: string): string[] {
  const last = addDays(today, horizon).slice(0, 7);
  const months: string[] = [];
  for (let month = today.slice(0, 7); month <= last; month = addDays(`${month}-01`, 31).slice(0, 7)) months.push(month);
  return months;
}

/** The watch without its rules, as the API takes it. */
export function subjectOf(journey: Journey, wanted: Wanted): Record<string, unknown> {
  const { currency: _, departureDate, returnDate, ...rest } = journey;
  const isReturn = returnDate !== undefined;
  const { from, to, leastNights: least, mostNights, month } = wanted;
  const days = {
    trip: { departureDate, returnDate },
    window: {
      departureFrom: from,
      departureTo: to,
      ...(isReturn && { stayNights: { min: least, max: Math.max(least, mostNights) } }),
    },
    weekends: { weekendsIn: month },
  }[wanted.days];
  return { ...rest, ...days, ...placesOf(journey, wanted) };
}

function placesOf({ origin, destination }: Journey, { origins, destinations }: Wanted) {
  const one = (given: string, more: string[]) => {
    const all = [...new Set([...given.split(","), ...more])];
    return all.length === 1 ? all[0] : all;
  };
  return { origin: one(origin, origins), destination: one(destination, destinations) };
}
