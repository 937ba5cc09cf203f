import { createHash } from "node:crypto";
import * as v from "valibot";
import * as Airline from "../airline.ts";
import { list } from "../base/list.ts";
import * as Page from "../base/page.ts";
import type { Rule } from "./criteria.ts";
import { type Offer, path, type Segment, stopsOf, termsOf } from "./offer.ts";

const airlines = list(Airline.Code, 20);
const flights = list(
  v.pipe(
    v.string(),
    v.toUpperCase(),
    v.regex(
      /^(?=.?[A-Z])[A-Z0-9]{2}0{0,3}[1-9]\d{0,3}$/,
      "must be an airline's code and a flight's number, such as FR2871",
    ),
    v.transform(withoutLeadingZeros),
  ),
  8,
);
const time = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day, such as 09:30"));

/**
 * Conditions that an offer must meet; one that is left out is not checked. Times are `HH:MM` in the local time of their
 * airport, on any day, bounds included. `maxDuration` is in minutes, for each direction. All of `flights` must be in
 * the offer, in either direction, by the numbers that they are sold under.
 */
export const wishes = {
  airlines: v.optional(airlines),
  excludeAirlines: v.optional(airlines),
  bags: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9))),
  refundable: v.optional(v.boolean()),
  flights: v.optional(flights),
  maxDuration: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
  departAfter: v.optional(time),
  departBefore: v.optional(time),
  arriveAfter: v.optional(time),
  arriveBefore: v.optional(time),
  returnDepartAfter: v.optional(time),
  returnDepartBefore: v.optional(time),
  returnArriveAfter: v.optional(time),
  returnArriveBefore: v.optional(time),
};

/**
 * Which of the offers to return, in which order and how many. Never changes what a provider is asked: `maxStops` does,
 * `stops` picks from the answer.
 */
export const entries = {
  ...wishes,
  stops: v.optional(
    v.pipe(
      list(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2)), 3),
      v.description("of the offers of the answer those with these stops, by the direction with more; 2 is 2 or more"),
    ),
  ),
  sort: v.optional(v.picklist(["price", "duration", "departure", "arrival"]), "price"),
  ...Page.Page.entries,
};

const shape = v.strictObject(entries);
export type Filter = v.InferOutput<typeof shape>;
export type Wishes = Pick<Filter, keyof typeof wishes>;
type Picks = Wishes & Partial<Pick<Filter, "stops">>;
export type WishName = keyof Picks;

/** The airlines that are named, those of flights included, of which we know nothing. */
export function unknownAirlines({ airlines = [], excludeAirlines = [], flights = [] }: Wishes): Promise<string[]> {
  return Airline.unknown([...airlines, ...excludeAirlines, ...flights.map((flight) => flight.slice(0, 2))]);
}

/** Reject wishes that no offer could meet. */
export const rules: Rule<Wishes>[] = [
  [
    "excludeAirlines",
    "airlines",
    ({ airlines = [], excludeAirlines = [] }) => !airlines.some((code) => excludeAirlines.includes(code)),
    "must not name an airline that is wanted",
  ],
  ...(["depart", "arrive", "returnDepart", "returnArrive"] as const).map(
    (event): Rule<Wishes> => [
      `${event}Before`,
      `${event}After`,
      (filter) => (filter[`${event}Before`] ?? "24:00") >= (filter[`${event}After`] ?? "00:00"),
      `must not be before ${event}After`,
    ],
  ),
];

/** Wishes about the return, which need a return date. */
export const returnFilters = [
  "returnDepartAfter",
  "returnDepartBefore",
  "returnArriveAfter",
  "returnArriveBefore",
] as const;

const after = (direction: 0 | 1, end: "departingAt" | "arrivingAt") => (offer: Offer, time: string) =>
  offer.slices[direction] !== undefined && timeOfDay(offer.slices[direction][end]) >= time;
const before = (direction: 0 | 1, end: "departingAt" | "arrivingAt") => (offer: Offer, time: string) =>
  offer.slices[direction] !== undefined && timeOfDay(offer.slices[direction][end]) <= time;

/** The check of each wish. What a provider does not say of an offer counts as not met. */
const checks: { [W in WishName]-?: (offer: Offer, wish: NonNullable<Picks[W]>) => boolean } = {
  stops: (offer, wanted) => wanted.includes(stopsOf(offer)),
  airlines: ({ slices }, wanted) => slices.every(({ segments }) => segments.every((segment) => isBy(segment, wanted))),
  excludeAirlines: ({ slices }, unwanted) =>
    !slices.some(({ segments }) => segments.some((segment) => isBy(segment, unwanted))),
  bags: ({ bags }, minimum) => (bags?.checked ?? 0) >= minimum,
  refundable: ({ conditions }, wanted) => !wanted || conditions.refund?.allowed === true,
  flights: ({ slices }, wanted) => {
    const flown = slices.flatMap(({ segments }) =>
      segments.map(({ carrier, flightNumber }) => withoutLeadingZeros(carrier + flightNumber)),
    );
    return wanted.every((flight) => flown.includes(flight));
  },
  maxDuration: ({ slices }, maximum) => slices.every(({ duration }) => minutes(duration) <= maximum),
  departAfter: after(0, "departingAt"),
  departBefore: before(0, "departingAt"),
  arriveAfter: after(0, "arrivingAt"),
  arriveBefore: before(0, "arrivingAt"),
  returnDepartAfter: after(1, "departingAt"),
  returnDepartBefore: before(1, "departingAt"),
  returnArriveAfter: after(1, "arrivingAt"),
  returnArriveBefore: before(1, "arrivingAt"),
};
const wishNames = Object.keys(checks) as WishName[];

/** Whether an offer meets all wishes. */
export function fits(offer: Offer, filter: Picks): boolean {
  return wishNames.every((name) => meets(offer, filter, name));
}

/** The names of the wishes that an offer does not meet. */
export function fails(offer: Offer, filter: Picks): WishName[] {
  return wishNames.filter((name) => !meets(offer, filter, name));
}

function meets(offer: Offer, filter: Picks, name: WishName): boolean {
  const wish = filter[name];
  return wish === undefined || (checks[name] as (offer: Offer, wish: unknown) => boolean)(offer, wish);
}

/**
 * The value that offers are sorted by: minor units, minutes of travel, or local time in minutes. Then by total, then
 * path.
 */
const sortValues: Record<Filter["sort"], (offer: Offer) => number> = {
  price: ({ total }) => total,
  duration: ({ slices }) => slices.reduce((sum, { duration }) => sum + minutes(duration), 0),
  departure: ({ slices: [outbound] }) => localMinutes(outbound?.departingAt),
  arrival: ({ slices: [outbound] }) => localMinutes(outbound?.arrivingAt),
};

/** The position of an offer in the sort order. No two itineraries, and no two brands of one, have the same position. */
type Position = { value: number; total: number; readonly path: string };

/**
 * Returns a page of the offers that meet the filter, in its order. A page starts after the position in its cursor, even
 * if the offer that had this position is gone.
 * @throws Problem `page.cursor`
 */
export function select(offers: Offer[], filter: Filter): { items: Offer[]; nextCursor: string | null } {
  const { sort, limit, cursor } = filter;
  const fitting = wishNames.some((name) => filter[name] !== undefined)
    ? offers.filter((offer) => fits(offer, filter))
    : offers;
  const last = decodeCursor(cursor, sort);
  const positioned = fitting
    .map((offer) => ({ offer, position: positionOf(offer, sort) }))
    .filter(({ position }) => last === null || compare(position, last) > 0)
    .sort((a, b) => compare(a.position, b.position));
  const { items, nextCursor } = Page.toPage(positioned, limit, ({ position: { value, total, path } }) =>
    [sort, value, total, path].join(" "),
  );
  return { items: items.map(({ offer }) => offer), nextCursor };
}

/** Checks the cursor before a provider is asked. @throws Problem `page.cursor` */
export function checkCursor({ cursor, sort }: Pick<Filter, "cursor" | "sort">): void {
  decodeCursor(cursor, sort);
}

function decodeCursor(cursor: string | undefined, sort: Filter["sort"]): Position | null {
  const text = Page.decodeCursor(cursor, new RegExp(`^${sort} \\d{1,15} \\d{1,15} [\\w -]+$`));
  if (text === null) return null;
  const [, value, total, ...path] = text.split(" ");
  return { value: Number(value), total: Number(total), path: path.join(" ") };
}

/** The path is computed on access, as it is needed only if value and total are equal, or for a cursor. */
function positionOf(offer: Offer, sort: Filter["sort"]): Position {
  const value = sortValues[sort](offer);
  return {
    value,
    total: offer.total,
    get path() {
      return `${path(offer.slices)} ${differenceOf(offer)}`;
    },
  };
}

/** Tells offers of the same flights apart: 8 letters of their terms, and of the departures that depend on connections. */
function differenceOf(offer: Offer): string {
  const departures = offer.slices.flatMap(({ segments }) => segments.map(({ departingAt }) => departingAt));
  return createHash("sha256")
    .update([termsOf(offer), ...departures].join(" "))
    .digest("base64url")
    .slice(0, 8);
}

function compare(a: Position, b: Position): number {
  if (a.value !== b.value) return a.value - b.value;
  if (a.total !== b.total) return a.total - b.total;
  const [one, other] = [a.path, b.path];
  return one < other ? -1 : Number(one > other);
}

function isBy({ carrier, operatingCarrier }: Segment, airlines: string[]): boolean {
  return airlines.includes(carrier) || (operatingCarrier !== null && airlines.includes(operatingCarrier));
}

/** BA0117 → BA117. */
function withoutLeadingZeros(flight: string): string {
  return flight.replace(/(?<=^..)0+/, "");
}

/** 2027-03-10T06:35 → 06:35. */
const timeOfDay = (local: string) => local.slice(11, 16);

/** A local time in minutes since 1970, counted as if it were UTC. */
const localMinutes = (time: string | undefined) => (time === undefined ? 0 : Date.parse(`${time}Z`) / 60_000);

/** PT2H55M → 175, P1DT2H → 1560. */
function minutes(duration: string): number {
  const [, days = 0, hours = 0, rest = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  return (Number(days) * 24 + Number(hours)) * 60 + Number(rest);
}
