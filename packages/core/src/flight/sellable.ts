import * as Airport from "../airport.ts";
import { type Fault, Problem } from "../error.ts";
import type { Criteria } from "./criteria.ts";

/** Airlines open their books about this many days ahead. */
const horizon = 361;

/**
 * Whether the question can be asked of anyone at `at`: known airports, and days from today, at the origin, to 361 days
 * ahead. `mark` begins each fault's pointer: "/" for a body, "#" for a query.
 * @throws Problem `flight.not_sellable` (input) with every field at fault
 */
export async function checkDates(
  { origin, destination, departureDate, returnDate }: Criteria,
  at: Date,
  mark: "/" | "#" = "/",
): Promise<void> {
  const [[from], [to]] = await Promise.all([Airport.expand(origin), Airport.expand(destination)]);
  const unknown = "is not the code of an airport with scheduled flights, nor of a city's airports";
  const errors: Fault[] = [];
  if (!from) errors.push({ pointer: `${mark}origin`, detail: unknown });
  if (!to) errors.push({ pointer: `${mark}destination`, detail: unknown });
  const today = localDay(at, from?.timeZone ?? "UTC");
  const last = new Date(Date.parse(today) + horizon * 86_400_000).toISOString().slice(0, 10);
  if (departureDate < today) errors.push({ pointer: `${mark}departureDate`, detail: "must not be in the past" });
  const late = `must not be more than ${horizon} days ahead`;
  if (departureDate > last) errors.push({ pointer: `${mark}departureDate`, detail: late });
  else if (returnDate !== null && returnDate > last) errors.push({ pointer: `${mark}returnDate`, detail: late });
  if (errors.length > 0) throw new Problem("input", "flight.not_sellable", "Nobody sells this journey.", { errors });
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The day that a calendar on the wall shows there. */
function localDay(at: Date, timeZone: string): string {
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  clocks.set(timeZone, clock);
  return clock.format(at);
}
