import { addDays, dayNumber, isoDay, msPerDay } from "../base/day.ts";
import { type Fault, Problem } from "../base/error.ts";
import { instantOf } from "../base/zone.ts";
import * as Flight from "../flight.ts";
import { type Subject, wishesOf } from "./subject.ts";

/**
 * What a watch needs: the fares it covers, the text that identifies its basket (null for one fare), and when it ends.
 */
export type Plan = { fares: Flight.Criteria[]; basket: string | null; endsAt: Date };
type Wanted = Subject & { endsOn: string | null };

/** Days since 1970 of a departure, and the nights until the return, -1 where the date line makes it a day earlier. */
type Stay = [departs: number, nights: number | null];

/** The days on which journeys from an origin are sold, by its clocks, and the part of them that is asked for. */
type Origin = { code: string; first: string; last: string; timeZone: string };
type Covered = Origin & { stays: Stay[] };

/** The most fares one watch may cover. */
const maxFares = 100;
/** How long before its last departure a watch ends (milliseconds). */
const endBefore = 3 * 3_600_000;

/**
 * Plans a watch for `wanted` from `at` on: at each origin the departures that are still possible, in a fixed order. A
 * window may not begin in the past, except where it was already watched (`old`).
 * @throws Problem `flight.not_sellable` (input) with every field at fault, `watch.too_many_fares` (input)
 */
export async function plan(wanted: Wanted, at: Date, old?: Pick<Subject, "departureFrom">): Promise<Plan> {
  const { departureDate, returnDate, departureTo } = wanted;
  const departureFrom = wanted.departureFrom === old?.departureFrom ? null : wanted.departureFrom;
  const { origins, faults } = await originsOf(wanted, at);
  const first = least(origins.map((origin) => origin.first));
  const last = greatest(origins.map((origin) => origin.last));
  const stays = staysOf(wanted, first, last);
  const covered = origins
    .map((origin) => ({ ...origin, stays: stays.filter((stay) => within(stay, origin)) }))
    .filter((origin) => origin.stays.length > 0);
  faults.push(
    ...Flight.outsideSaleDates({ departureDate, returnDate, departureFrom, departureTo }, { first, last }),
    ...Flight.checkCurrency(wanted),
    ...tooLate(wanted, first, covered, at),
  );
  if (faults.length === 0 && covered.length === 0) {
    const detail = `must leave days from today to ${Flight.horizon} days ahead, the way back included`;
    faults.push({ pointer: `/${wanted.stayNights ? "stayNights" : lastDateField(wanted)}`, detail });
  }
  Flight.rejectUnsellable(faults);
  requireAtMostMaxFares(wanted, stays.length, covered);
  const fares = faresOf(wanted, covered);
  return { fares, basket: basketOf(wanted, fares), endsAt: new Date(endsAtOf(wanted, covered)) };
}

/** What a watch that was moved in needs. Its days may be over, or not sold yet: then its fares are all that it wants. */
export type MovedPlan = Plan & { standing: "active" | "over" | "unsold" };

/**
 * Plans a watch that was moved in, at `at`: as `plan` does where its last departure is to come and its last day is sold.
 * Undefined where its places cannot be watched. `wanted` covers at most 100 fares.
 */
export async function planMoved(wanted: Wanted, at: Date): Promise<MovedPlan | undefined> {
  const { origins, faults } = await originsOf(wanted, at);
  if (faults.length > 0) return undefined;
  const days = origins.map((origin) => ({ ...origin, stays: staysOf(wanted, "", "9999-12-31") }));
  const over = endBeforeDeparture(wanted, days) <= at.getTime();
  const unsold = days.some(({ stays, last }) => stays.some(([departs, n]) => dayOfNumber(departs + (n ?? 0)) > last));
  const first = least(origins.map((origin) => origin.first));
  const covered = over || unsold ? days : days.map((day) => ({ ...day, stays: staysOf(wanted, first, "9999-12-31") }));
  const fares = faresOf(wanted, covered);
  const standing = over ? "over" : unsold ? "unsold" : "active";
  return { fares, basket: basketOf(wanted, fares), endsAt: new Date(endsAtOf(wanted, covered)), standing };
}

/**
 * The days of sale at each origin, and the faults of the places and of a return before the departure; each origin is
 * checked with each destination.
 */
async function originsOf(what: Subject, at: Date): Promise<{ origins: Origin[]; faults: Fault[] }> {
  const origins = new Map<string, Origin>();
  const faults = new Map<string, Fault>();
  const { departureDate, returnDate } = what;
  const dates = { departureDate: departureDate ?? "", returnDate };
  for (const [code, field] of fieldOf("origin", what.origin)) {
    for (const [to, towards] of fieldOf("destination", what.destination)) {
      const fields = { origin: field, destination: towards };
      const { errors, ...book } = await Flight.saleWindow({ origin: code, destination: to }, at, "/", fields);
      origins.set(code, { code, ...book });
      errors.push(...(await Flight.returnFaults({ origin: code, destination: to, ...dates }, "/returnDate")));
      for (const fault of errors) faults.set(fault.pointer + fault.detail, fault);
    }
  }
  return { origins: [...origins.values()], faults: [...faults.values()] };
}

function fieldOf(field: string, places: string | string[]): [code: string, field: string][] {
  return Array.isArray(places) ? places.map((code, index) => [code, `${field}/${index}`]) : [[places, field]];
}

/** Every stay asked for whose departure lies between two days, in order. */
function staysOf(what: Subject, first: string, last: string): Stay[] {
  const { departureDate, returnDate, departureFrom, departureTo, stayNights, weekendsIn } = what;
  const between = (from: string, to: string) =>
    range(numberOfDay(greatest([from, first])), numberOfDay(least([to, last])));
  if (departureDate !== null) {
    const nights = returnDate === null ? null : numberOfDay(returnDate) - numberOfDay(departureDate);
    return between(departureDate, departureDate).map((departs) => [departs, nights]);
  }
  if (weekendsIn !== null) {
    const begin = `${weekendsIn}-01`;
    const days = between(begin, addDays(begin, 30)).filter((departs) => dayOfNumber(departs).startsWith(weekendsIn));
    return days.flatMap((departs) => (weekends[(departs + 4) % 7] ?? []).map((nights): Stay => [departs, nights]));
  }
  const nights = stayNights ? range(stayNights.min, stayNights.max) : [null];
  return between(departureFrom ?? "", departureTo ?? "").flatMap((departs) => nights.map((n): Stay => [departs, n]));
}

/** The nights from a Friday (5) or a Saturday (6) to the Sunday and the Monday after. */
const weekends: Record<number, number[]> = { 5: [2, 3], 6: [1, 2] };

function within([departs, nights]: Stay, { first, last }: Origin): boolean {
  return departs >= numberOfDay(first) && departs + Math.max(nights ?? 0, 0) <= numberOfDay(last);
}

/** Faults of what is too late: the last departure, or the watch's own last day. */
function tooLate(wanted: Wanted, first: string, covered: Covered[], at: Date): Fault[] {
  if (covered.length === 0) return [];
  const { endsOn } = wanted;
  const faults: Fault[] = [];
  if (endBeforeDeparture(wanted, covered) <= at.getTime()) {
    faults.push({
      pointer: `/${lastDateField(wanted)}`,
      detail: "must leave time: a watch ends 3 hours before departure",
    });
  }
  if (endsOn !== null && endsOn < first) faults.push({ pointer: "/endsOn", detail: "must not be in the past" });
  if (endsOn !== null && endsOn > greatest(covered.map(lastDay))) {
    faults.push({ pointer: "/endsOn", detail: "must not be after the last departure" });
  }
  return faults;
}

/** The field that determines the last departure. */
function lastDateField({ weekendsIn, departureTo }: Subject): keyof Subject {
  return weekendsIn !== null ? "weekendsIn" : departureTo !== null ? "departureTo" : "departureDate";
}

/**
 * The instant (ms) at which a watch ends: at the end of its own last day, by the origin whose clock is furthest behind,
 * or before its last departure.
 */
function endsAtOf(wanted: Wanted, covered: Covered[]): number {
  const { endsOn } = wanted;
  const own = endsOn === null ? [] : [Math.max(...covered.map(({ timeZone }) => endOfDay(timeZone, endsOn)))];
  return Math.min(endBeforeDeparture(wanted, covered), ...own);
}

/** 3 hours before the last departure: `departBefore`, or else the end of its day. */
function endBeforeDeparture({ departBefore }: Wanted, covered: Covered[]): number {
  const departures = covered.map((origin) => {
    const date = lastDay(origin);
    return departBefore === null
      ? endOfDay(origin.timeZone, date)
      : instantOf(origin.timeZone, `${date}T${departBefore}`);
  });
  return Math.max(...departures) - endBefore;
}

function endOfDay(timeZone: string, date: string): number {
  return instantOf(timeZone, `${addDays(date, 1)}T00:00`);
}

/** @throws Problem `watch.too_many_fares` (input) at every field that multiplies the fares */
function requireAtMostMaxFares(what: Subject, stays: number, covered: Covered[]): void {
  const destinations = [what.destination].flat().length;
  const count = destinations * covered.reduce((sum, origin) => sum + origin.stays.length, 0);
  if (count <= maxFares) return;
  const detail = `would be ${count} fares with all else that is asked for, ${maxFares} at most`;
  const { stayNights, departureFrom, departureTo } = what;
  const many: Record<string, boolean> = {
    origin: covered.length > 1,
    destination: destinations > 1,
    departureTo: departureFrom !== departureTo,
    stayNights: stayNights !== null && stayNights.min < stayNights.max,
    weekendsIn: what.weekendsIn !== null && stays > 1,
  };
  const errors = Object.keys(many).flatMap((name) => (many[name] ? [{ pointer: `/${name}`, detail }] : []));
  throw new Problem(
    "input",
    "watch.too_many_fares",
    `That would be ${count} fares to watch; ${maxFares} are the most.`,
    {
      errors,
    },
  );
}

function faresOf(what: Subject, covered: Covered[]): Flight.Criteria[] {
  const { adults, childAges, infants, cabin, maxStops, currency } = what;
  return covered
    .toSorted((one, other) => (one.code < other.code ? -1 : 1))
    .flatMap(({ code, stays }) =>
      [what.destination]
        .flat()
        .sort()
        .flatMap((destination) =>
          stays.map(([departs, nights]) => ({
            origin: code,
            destination,
            departureDate: dayOfNumber(departs),
            returnDate: nights === null ? null : dayOfNumber(departs + nights),
            adults,
            childAges,
            infants,
            cabin,
            maxStops,
            currency,
          })),
        ),
    );
}

/**
 * One text for each distinct subject, independent of the order in which it was asked for; null for one fare with all
 * its offers.
 */
function basketOf(what: Subject, fares: Flight.Criteria[]): string | null {
  const { adults, childAges, infants, cabin, maxStops, currency } = what;
  const wishes = wishesOf(what);
  if (fares.length === 1 && Object.keys(wishes).length === 0) return null;
  const of = (name: "origin" | "destination") => [...new Set(fares.map((fare) => fare[name]))].sort();
  const dates = fares.map(({ departureDate, returnDate }) => departureDate + (returnDate ? `/${returnDate}` : ""));
  return JSON.stringify({
    origins: of("origin"),
    destinations: of("destination"),
    dates: [...new Set(dates)].sort(),
    adults,
    childAges,
    infants,
    cabin,
    maxStops,
    currency,
    wishes,
  });
}

const lastDay = ({ stays }: Covered) => dayOfNumber(stays.at(-1)![0]);
const numberOfDay = (date: string) => dayNumber(Date.parse(date));
const dayOfNumber = (number: number) => isoDay(number * msPerDay);
const least = (dates: string[]) => dates.toSorted()[0]!;
const greatest = (dates: string[]) => dates.toSorted().at(-1)!;
const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => from + n);
