import * as Airline from "../airline.ts";
import * as Airport from "../airport.ts";
import { type Fault, Problem } from "../base/error.ts";
import type { Criteria } from "./criteria.ts";
import type { Wishes } from "./filter.ts";

const day = 86_400_000;
/** Airlines open their books about this many days ahead. */
export const horizon = 361;

export type Mark = "/" | "#";
export type Terms = Pick<Criteria, "currency"> & Pick<Wishes, "airlines" | "excludeAirlines" | "flights">;
export type Question = Criteria & Terms;
type Journey = Pick<Criteria, "origin" | "destination">;

/**
 * Whether the question can be asked of anyone at `at`: known airlines, places that are known and apart, one of the
 * `currencies` if they are known, and days from today, at the origin, to 361 days ahead: the first and the last are
 * returned. `mark` begins each fault's pointer: "/" for a body, "#" for a query.
 * @throws Problem `flight.not_sellable` (input) with every field at fault
 */
export async function checkDates(
  question: Question,
  at: Date,
  mark: Mark = "/",
  currencies?: ReadonlySet<string>,
): Promise<{ first: string; last: string }> {
  const { errors, first, last } = await saleWindow(question, at, mark);
  errors.push(...(await checkTerms(question, mark, currencies)));
  const { departureDate, returnDate } = question;
  errors.push(...outsideSaleDates({ departureDate, returnDate }, { first, last }, mark));
  rejectUnsellable(errors);
  return { first, last };
}

/** What is wrong with days, by their fields, of which anything is sold from the first to the last. */
export function outsideSaleDates(
  days: Record<string, string | null>,
  { first, last }: { first: string; last: string },
  mark: Mark = "/",
): Fault[] {
  return Object.entries(days).flatMap(([name, date]): Fault[] => {
    if (date === null || (date >= first && date <= last)) return [];
    const detail = date < first ? "must not be in the past" : `must not be more than ${horizon} days ahead`;
    return [{ pointer: mark + name, detail }];
  });
}

/** What is wrong with the airlines, and with the currency if those it is sold in are known. */
export async function checkTerms(
  question: Terms,
  mark: Mark = "/",
  currencies?: ReadonlySet<string>,
): Promise<Fault[]> {
  const errors: Fault[] = [];
  for (const name of ["airlines", "excludeAirlines", "flights"] as const) {
    const found = await Promise.all((question[name] ?? []).map((code) => Airline.find(code.slice(0, 2))));
    const detail = "names an airline that is not known";
    if (found.some((airline) => !airline)) errors.push({ pointer: mark + name, detail });
  }
  if (currencies && !currencies.has(question.currency)) {
    errors.push({
      pointer: `${mark}currency`,
      detail: `must be one that fares are sold in: ${[...currencies].join(", ")}`,
    });
  }
  return errors;
}

/**
 * The days of a month (`2027-03`) on which a journey can be sold at `at`, in order: not those gone by, at the origin,
 * nor those too far ahead to come back after so many nights.
 * @throws Problem `flight.not_sellable` (input) with every query parameter at fault, `month` when it has no such day
 */
export async function days(question: Journey & { month: string; nights: number | null }, at: Date): Promise<string[]> {
  const { errors, first, last } = await saleWindow(question, at, "#");
  const [start, latest] = [Date.parse(question.month), plus(last, -(question.nights ?? 0))];
  const found = Array.from({ length: 31 }, (_, index) => dayOf(start + index * day)).filter(
    (date) => date.startsWith(question.month) && date >= first && date <= latest,
  );
  const detail = `must have days from today to ${horizon} days ahead`;
  if (found.length === 0) errors.push({ pointer: "#month", detail });
  rejectUnsellable(errors);
  return found;
}

/** `2027-03-31` and a day → `2027-04-01`. */
export function plus(date: string, sellableDays: number): string {
  return dayOf(Date.parse(date) + sellableDays * day);
}

/**
 * What is wrong with the places, the first and last day on which anything from there is sold at `at`, and by whose clocks.
 * Faults are at `mark` and the field, or of several places at `fields`.
 */
export async function saleWindow(
  { origin, destination }: Journey,
  at: Date,
  mark: Mark = "/",
  fields: Journey = { origin: "origin", destination: "destination" },
) {
  const [from, to] = await Promise.all([Airport.expand(origin), Airport.expand(destination)]);
  const unknown = "is not the code of an airport with scheduled flights, nor of a city's airports";
  const errors: Fault[] = [];
  if (from.length === 0) errors.push({ pointer: mark + fields.origin, detail: unknown });
  if (to.length === 0) errors.push({ pointer: mark + fields.destination, detail: unknown });
  const same = to.some((airport) => from.includes(airport));
  if (same) errors.push({ pointer: mark + fields.destination, detail: "must not be where the journey begins" });
  const timeZone = from[0]?.timeZone ?? "UTC";
  const first = localDay(at, timeZone);
  return { errors, first, last: plus(first, horizon), timeZone };
}

/** @throws Problem `flight.not_sellable` (input) with the faults, if there are any */
export function rejectUnsellable(errors: Fault[]): void {
  if (errors.length > 0) throw new Problem("input", "flight.not_sellable", "Nobody sells this journey.", { errors });
}

const dayOf = (moment: number) => new Date(moment).toISOString().slice(0, 10);

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The day that a calendar on the wall shows there. */
function localDay(at: Date, timeZone: string): string {
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  clocks.set(timeZone, clock);
  return clock.format(at);
}
