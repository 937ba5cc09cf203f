import * as v from "valibot";
import * as Page from "../base/page.ts";
import type { Rule } from "./criteria.ts";
import { type Offer, path, type Segment } from "./offer.ts";

const airlines = v.pipe(
  v.array(
    v.pipe(
      v.string(),
      v.toUpperCase(),
      v.regex(/^[A-Z0-9]{2}$/, "must be an airline's two-character IATA code, such as BA"),
    ),
  ),
  v.maxLength(20, "must be 20 at most"),
);
const flights = v.pipe(
  v.array(
    v.pipe(
      v.string(),
      v.toUpperCase(),
      v.regex(
        /^(?=.?[A-Z])[A-Z0-9]{2}0{0,3}[1-9]\d{0,3}$/,
        "must be an airline's code and a flight's number, such as FR2871",
      ),
      v.transform(plain),
    ),
  ),
  v.maxLength(8, "must be 8 at most"),
);
const time = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day, such as 09:30"));

/**
 * What people want of an offer; what is left out does not matter to them. Times are `HH:MM` on the clocks of the airport
 * they are about, bounds included, on whichever day; `maxDuration` is in minutes and holds for each direction; `flights`
 * are flown all of them, on either way, under the numbers they are sold by.
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

/** What people want to see of the offers there are, in which order, and how many at once. It never changes what a provider is asked. */
export const entries = {
  ...wishes,
  sort: v.optional(v.picklist(["price", "duration", "departure", "arrival"]), "price"),
  ...Page.Page.entries,
};

const shape = v.strictObject(entries);
export type Filter = v.InferOutput<typeof shape>;
export type Wishes = Pick<Filter, keyof typeof wishes>;

/** Wishes that no offer at all could fulfil. */
export const rules: Rule<Wishes>[] = [
  [
    "excludeAirlines",
    "airlines",
    ({ airlines = [], excludeAirlines = [] }) => !airlines.some((code) => excludeAirlines.includes(code)),
    "must not name an airline that is wanted",
  ],
  ...(["depart", "arrive", "returnDepart", "returnArrive"] as const).map(
    (what): Rule<Wishes> => [
      `${what}Before`,
      `${what}After`,
      (wanted) => (wanted[`${what}Before`] ?? "24:00") >= (wanted[`${what}After`] ?? "00:00"),
      `must not be before ${what}After`,
    ],
  ),
];

/** Wishes that ask for a way back. */
export const returnFilters = [
  "returnDepartAfter",
  "returnDepartBefore",
  "returnArriveAfter",
  "returnArriveBefore",
] as const;

const after = (way: 0 | 1, end: "departingAt" | "arrivingAt") => (offer: Offer, time: string) =>
  offer.slices[way] !== undefined && clock(offer.slices[way][end]) >= time;
const before = (way: 0 | 1, end: "departingAt" | "arrivingAt") => (offer: Offer, time: string) =>
  offer.slices[way] !== undefined && clock(offer.slices[way][end]) <= time;

/** Which offers fulfil a wish. What a provider does not say of an offer is not believed. */
const fulfilled: { [W in keyof Wishes]-?: (offer: Offer, wish: NonNullable<Wishes[W]>) => boolean } = {
  airlines: ({ slices }, wanted) => slices.every(({ segments }) => segments.every((segment) => isBy(segment, wanted))),
  excludeAirlines: ({ slices }, unwanted) =>
    !slices.some(({ segments }) => segments.some((segment) => isBy(segment, unwanted))),
  bags: ({ bags }, least) => (bags?.checked ?? 0) >= least,
  refundable: ({ conditions }, wanted) => !wanted || conditions.refund?.allowed === true,
  flights: ({ slices }, wanted) => {
    const flown = slices.flatMap(({ segments }) => segments.map((one) => plain(one.carrier + one.flightNumber)));
    return wanted.every((flight) => flown.includes(flight));
  },
  maxDuration: ({ slices }, most) => slices.every(({ duration }) => minutes(duration) <= most),
  departAfter: after(0, "departingAt"),
  departBefore: before(0, "departingAt"),
  arriveAfter: after(0, "arrivingAt"),
  arriveBefore: before(0, "arrivingAt"),
  returnDepartAfter: after(1, "departingAt"),
  returnDepartBefore: before(1, "departingAt"),
  returnArriveAfter: after(1, "arrivingAt"),
  returnArriveBefore: before(1, "arrivingAt"),
};
const names = Object.keys(fulfilled) as (keyof Wishes)[];

/** Whether an offer is all that is wanted. */
export function fits(offer: Offer, wanted: Wishes): boolean {
  return names.every((name) => {
    const wish = wanted[name];
    return wish === undefined || (fulfilled[name] as (offer: Offer, wish: unknown) => boolean)(offer, wish);
  });
}

/** What offers are ordered by before their price: minutes in the air and between, or minutes of the local clocks. */
const values: Record<Filter["sort"], (offer: Offer) => number> = {
  price: ({ total }) => total,
  duration: ({ slices }) => slices.reduce((sum, { duration }) => sum + minutes(duration), 0),
  departure: ({ slices: [there] }) => local(there?.departingAt),
  arrival: ({ slices: [there] }) => local(there?.arrivingAt),
};

/** Where an offer stands in its order: no two itineraries stand in the same place. */
type Place = { value: number; total: number; readonly path: string };

/**
 * The part of `offers` that is wanted, in the order that is wanted. A page goes on after the place its cursor names,
 * whether or not the offer that stood there is still among them.
 * @throws Problem `page.cursor`
 */
export function select(offers: Offer[], filter: Filter): { items: Offer[]; nextCursor: string | null } {
  const { sort, limit, cursor } = filter;
  const fitting = names.some((name) => filter[name] !== undefined) ? offers.filter((one) => fits(one, filter)) : offers;
  const last = read(cursor, sort);
  const placed = fitting
    .map((offer) => ({ offer, place: placeOf(offer, sort) }))
    .filter(({ place }) => last === null || compare(place, last) > 0)
    .sort((a, b) => compare(a.place, b.place));
  const { items, nextCursor } = Page.toPage(placed, limit, ({ place: { value, total, path } }) =>
    [sort, value, total, path].join(" "),
  );
  return { items: items.map(({ offer }) => offer), nextCursor };
}

function read(cursor: string | undefined, sort: Filter["sort"]): Place | null {
  const told = Page.decodeCursor(cursor, new RegExp(`^${sort} \\d{1,15} \\d{1,15} [\\w -]+$`));
  if (told === null) return null;
  const [, value, total, ...path] = told.split(" ");
  return { value: Number(value), total: Number(total), path: path.join(" ") };
}

/** Its path is written only when it is looked at, which is when prices are equal. */
function placeOf(offer: Offer, sort: Filter["sort"]): Place {
  const value = values[sort](offer);
  return {
    value,
    total: offer.total,
    get path() {
      return path(offer.slices);
    },
  };
}

function compare(a: Place, b: Place): number {
  if (a.value !== b.value) return a.value - b.value;
  if (a.total !== b.total) return a.total - b.total;
  const [one, other] = [a.path, b.path];
  return one < other ? -1 : Number(one > other);
}

function isBy({ carrier, operatingCarrier }: Segment, airlines: string[]): boolean {
  return airlines.includes(carrier) || (operatingCarrier !== null && airlines.includes(operatingCarrier));
}

/** BA0117 → BA117. */
function plain(flight: string): string {
  return flight.replace(/(?<=^..)0+/, "");
}

/** 2027-03-10T06:35 → 06:35. */
const clock = (local: string) => local.slice(11, 16);

/** Minutes since 1970, by the clock on the wall. */
const local = (time: string | undefined) => (time === undefined ? 0 : Date.parse(`${time}Z`) / 60_000);

/** PT2H55M → 175, P1DT2H → 1560. */
function minutes(duration: string): number {
  const [, days = 0, hours = 0, rest = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  return (Number(days) * 24 + Number(hours)) * 60 + Number(rest);
}
