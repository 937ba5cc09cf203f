import * as Airport from "../airport.ts";
import { addDays, isoDay, msPerDay } from "../base/day.ts";
import { type Fault, Problem } from "../base/error.ts";
import { localDay } from "../base/zone.ts";
import type { Criteria } from "./criteria.ts";

/** Airlines sell flights up to about this number of days ahead. */
export const horizon = 361;

/** The start of a fault's pointer: "/" for a body, "#" for a query. */
export type PointerStart = "/" | "#";
type Journey = Pick<Criteria, "origin" | "destination">;

/**
 * Checks that a journey can be sold at `at`: places exist, origin and destination have no airport in common, the
 * currency is one of `currencies` if these are given, the days are from today, in the origin's local time, to 361 days
 * ahead, and a return that is dated before the departure is possible over the date line. Returns the first and the last
 * of these days.
 * @throws Problem `flight.not_sellable` (input) with every field at fault
 */
export async function checkDates(
  question: Criteria,
  at: Date,
  pointerStart: PointerStart = "/",
  currencies?: ReadonlySet<string>,
): Promise<{ first: string; last: string }> {
  const { errors, ...window } = await dateFaults(question, at, pointerStart, currencies);
  rejectUnsellable(errors);
  return window;
}

/** Returns the faults for which `checkDates` throws, with the first and the last day that are sold. */
export async function dateFaults(
  question: Criteria,
  at: Date,
  pointerStart: PointerStart,
  currencies?: ReadonlySet<string>,
): Promise<{ errors: Fault[]; first: string; last: string }> {
  const { errors, first, last } = await saleWindow(question, at, pointerStart);
  errors.push(...checkCurrency(question, pointerStart, currencies));
  const { departureDate, returnDate } = question;
  errors.push(...outsideSaleDates({ departureDate, returnDate }, { first, last }, pointerStart));
  errors.push(...(await returnFaults(question, `${pointerStart}returnDate`)));
  return { errors, first, last };
}

/**
 * Returns the faults of `days`, by their fields' names: days before `first` or after `last`. Null days are not checked.
 * A return may be a day before `first`, by the clocks there, where the departure is not.
 */
export function outsideSaleDates(
  days: Record<string, string | null>,
  { first, last }: { first: string; last: string },
  pointerStart: PointerStart = "/",
): Fault[] {
  return Object.entries(days).flatMap(([name, date]): Fault[] => {
    const isReturn = name === "returnDate" && (days.departureDate ?? "") >= first;
    const earliest = isReturn ? addDays(first, -1) : first;
    if (date === null || (date >= earliest && date <= last)) return [];
    const detail = date < earliest ? "must not be in the past" : `must not be more than ${horizon} days ahead`;
    return [{ pointer: pointerStart + name, detail }];
  });
}

/**
 * Returns the fault of a return that is dated before the departure, at `pointer`, unless the outward flight may land on
 * the day before it leaves.
 */
export async function returnFaults(
  { returnDate, ...question }: Pick<Criteria, "origin" | "destination" | "departureDate" | "returnDate">,
  pointer: string,
): Promise<Fault[]> {
  if (returnDate === null || returnDate >= question.departureDate) return [];
  // Loaded when needed: such a return is rare.
  return (await import("./dateline.ts")).dayBeforeFaults({ ...question, returnDate }, pointer);
}

/** Whether the day of departure may be over somewhere: nowhere does a day end before it begins in UTC. */
export const mayHaveLeft = ({ departureDate }: Pick<Criteria, "departureDate">, at: Date): boolean =>
  departureDate <= isoDay(at);

/** Whether the day of departure is over by the clocks at the origin: then nothing is sold any more. */
export async function hasLeft({ origin, departureDate }: Pick<Criteria, "origin" | "departureDate">, at: Date) {
  if (!mayHaveLeft({ departureDate }, at)) return false;
  const [airport] = await Airport.expand(origin);
  return localDay(airport?.timeZone ?? "UTC", at.getTime()) > departureDate;
}

/** Returns the fault of a currency that is not one of `currencies`, if these are given. */
export function checkCurrency(
  { currency }: Pick<Criteria, "currency">,
  pointerStart: PointerStart = "/",
  currencies?: ReadonlySet<string>,
): Fault[] {
  if (!currencies || currencies.has(currency)) return [];
  const detail = `must be one that fares are sold in: ${[...currencies].join(", ")}`;
  return [{ pointer: `${pointerStart}currency`, detail }];
}

/**
 * Returns the days of a month (`2027-03`) on which a journey can be sold at `at`, in order, for each of several pairs of
 * places. Leaves out past days, in the origin's local time, and days too far ahead to return after `nights`.
 * @throws Problem `flight.not_sellable` (input) with every query parameter at fault, `month` if a pair has no such day
 */
export async function days(
  pairs: Journey[],
  question: Pick<Criteria, "currency"> & { month: string; nights: number | null },
  at: Date,
  currencies?: ReadonlySet<string>,
): Promise<string[][]> {
  const { month, nights } = question;
  const each = await Promise.all(
    pairs.map(async (pair) => {
      const { errors, first, last } = await saleWindow(pair, at, "#");
      const [start, latest] = [Date.parse(month), addDays(last, -(nights ?? 0))];
      const found = Array.from({ length: 31 }, (_, index) => isoDay(start + index * msPerDay)).filter(
        (date) => date.startsWith(month) && date >= first && date <= latest,
      );
      const detail = `must have days from today to ${horizon} days ahead`;
      if (found.length === 0) errors.push({ pointer: "#month", detail });
      errors.push(...checkCurrency(question, "#", currencies));
      return { pair, errors, found };
    }),
  );
  rejectUnsellable(faultsOfPairs(each));
  return each.map(({ found }) => found);
}

/** The faults of several pairs of places, each once; one of a place names it, unless there is a single pair. */
export function faultsOfPairs(each: { pair: Journey; errors: Fault[] }[]): Fault[] {
  const faults = new Map<string, Fault>();
  for (const { pair, errors } of each) {
    for (const { pointer, detail } of errors) {
      const place = pointer === "#origin" ? pair.origin : pointer === "#destination" ? pair.destination : undefined;
      const fault = { pointer, detail: place && each.length > 1 ? `${place} ${detail}` : detail };
      faults.set(`${pointer} ${fault.detail}`, fault);
    }
  }
  return [...faults.values()];
}

/**
 * Returns the faults of the places, the first and last day on which a departure from the origin is sold at `at`, and
 * the time zone of these days. `fields` names the fields to report, where an input has several places.
 */
export async function saleWindow(
  { origin, destination }: Journey,
  at: Date,
  pointerStart: PointerStart = "/",
  fields: Journey = { origin: "origin", destination: "destination" },
) {
  const [from, to] = await Promise.all([Airport.expand(origin), Airport.expand(destination)]);
  const unknownPlace = "is not the code of an airport with scheduled flights, nor of a city's airports";
  const errors: Fault[] = [];
  if (from.length === 0) errors.push({ pointer: pointerStart + fields.origin, detail: unknownPlace });
  if (to.length === 0) errors.push({ pointer: pointerStart + fields.destination, detail: unknownPlace });
  const overlap = to.some((airport) => from.includes(airport));
  if (overlap)
    errors.push({ pointer: pointerStart + fields.destination, detail: "must not be where the journey begins" });
  const timeZone = from[0]?.timeZone ?? "UTC";
  const first = localDay(timeZone, at.getTime());
  return { errors, first, last: addDays(first, horizon), timeZone };
}

/** @throws Problem `flight.not_sellable` (input) with the faults, if there are any */
export function rejectUnsellable(errors: Fault[]): void {
  if (errors.length > 0) throw new Problem("input", "flight.not_sellable", "Nobody sells this journey.", { errors });
}
