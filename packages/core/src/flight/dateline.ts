import * as Airport from "../airport.ts";
import { msPerHour } from "../base/day.ts";
import { kilometers } from "../base/earth.ts";
import type { Fault } from "../base/error.ts";
import { instantOf, localDay } from "../base/zone.ts";
import type { Criteria } from "./criteria.ts";

type Journey = Pick<Criteria, "origin" | "destination" | "departureDate"> & { returnDate: string };

/** The shortest time from gate to gate: at a speed over ground (km/h) of an airliner with a strong wind behind it. */
const fastest = { speed: 1_100, onGround: msPerHour / 2 };

/**
 * Returns the fault of a return that is dated before the departure, at `pointer`. By the calendar this is possible where
 * the outward flight crosses the date line eastward and lands on the day before it leaves (Apia to Pago Pago).
 */
export async function dayBeforeFaults(journey: Journey, pointer: string): Promise<Fault[]> {
  const { origin, destination, departureDate, returnDate } = journey;
  const [from, to] = await Promise.all([Airport.expand(origin), Airport.expand(destination)]);
  // Unknown places have faults of their own.
  if (from.length === 0 || to.length === 0) return [];
  const possible = from.some((start) => to.some((end) => firstLanding(start, end, departureDate) <= returnDate));
  if (possible) return [];
  const detail = `must not be before departureDate: no flight from ${origin} lands in ${destination} a day earlier`;
  return [{ pointer, detail }];
}

/** The earliest local day on which a flight lands that leaves on `date`, if it leaves at the start of that day. */
function firstLanding(from: Airport.Airport, to: Airport.Airport, date: string): string {
  const leaves = instantOf(from.timeZone, `${date}T00:00`);
  return localDay(
    to.timeZone,
    leaves + (kilometers(from.location, to.location) / fastest.speed) * msPerHour + fastest.onGround,
  );
}
