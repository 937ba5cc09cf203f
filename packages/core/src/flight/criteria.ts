import * as v from "valibot";
import { addDays } from "../base/day.ts";
import { list } from "../base/list.ts";
import { Currency } from "../base/money.ts";
import { defaultCurrency } from "./source.ts";

/** Cabins, by IATA's and Duffel's names. */
export const cabins = ["economy", "premium_economy", "business", "first"] as const;

/** An IATA airport or metropolitan-area code; becomes upper case. */
export const Place = v.pipe(
  v.string(),
  v.toUpperCase(),
  v.regex(/^[A-Z]{3}$/, "must be a three-letter IATA code, such as STN"),
);

/** The most places at each end of a journey. */
export const maxPlaces = 5;

const listOf = `must be a three-letter IATA code, such as STN, or a list of 1 to ${maxPlaces} different ones`;
/** One place, or several at one end of a journey. */
export const Places = v.union(
  [
    Place,
    v.pipe(
      list(Place, maxPlaces, listOf),
      v.minLength(1, listOf),
      v.check((codes) => new Set(codes).size === codes.length, listOf),
    ),
  ],
  listOf,
);

const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** A calendar day `YYYY-MM-DD` that exists, in the local time of the place that it is about. */
export const Day = v.pipe(
  v.string(),
  v.regex(datePattern, "must be a date, YYYY-MM-DD"),
  v.check((day) => {
    const parsed = new Date(`${day}T00:00:00Z`);
    return !datePattern.test(day) || (!Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day));
  }, "must be a day that exists"),
);

/** A month `YYYY-MM`. */
export const Month = v.pipe(v.string(), v.regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month, such as 2027-03"));

/** The party: 1–9 seats for adults and children together, and at most one infant per adult (on the lap). */
export const party = {
  adults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9)), 1),
  childAges: v.optional(
    v.pipe(
      list(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(17)), 8),
      v.transform((ages) => ages.toSorted((a, b) => a - b)),
    ),
    [],
  ),
  infants: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)), 0),
};

/** The fields of the criteria that a provider is asked by, for a search as for a watched fare. */
export const criteriaEntries = {
  origin: Place,
  destination: Place,
  departureDate: Day,
  returnDate: v.optional(v.nullable(Day), null),
  ...party,
  cabin: v.optional(v.picklist(cabins), "economy"),
  maxStops: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2))), null),
  currency: v.optional(Currency, defaultCurrency),
};

const shape = v.strictObject(criteriaEntries);
export type Criteria = v.InferOutput<typeof shape>;

/**
 * A rule between two fields. A fault is reported at `field`. The rule is not checked if either field is invalid by
 * itself.
 */
export type Rule<T> = [field: keyof T & string, other: keyof T & string, holds: (input: T) => boolean, message: string];

/** The fields that the rules below check. There may be several places, and the days may be open. */
type RuleInput = Pick<Criteria, keyof typeof party> & {
  origin: string | string[];
  destination: string | string[];
  departureDate?: string | null;
  returnDate?: string | null;
};

const rules: Rule<RuleInput>[] = [
  [
    "destination",
    "origin",
    ({ origin, destination }) => ![destination].flat().some((code) => [origin].flat().includes(code)),
    "must differ from origin",
  ],
  [
    "returnDate",
    "departureDate",
    // A day before is possible over the date line: dateline.ts decides it, with the airports.
    ({ departureDate, returnDate }) =>
      typeof returnDate !== "string" || !departureDate || returnDate >= addDays(departureDate, -1),
    "must not be before departureDate",
  ],
  ["infants", "adults", ({ adults, infants }) => infants <= adults, "one infant an adult at most"],
  ["childAges", "adults", (party) => payingPassengers(party) <= 9, "nine seats at most, children included"],
];

/**
 * Adds the rules between fields to a schema, and `ownRules`. Each rule is checked, and reported at its field, even if
 * other fields are invalid.
 */
export function withRules<const S extends v.GenericSchema<unknown, RuleInput>>(
  schema: S,
  ownRules: Rule<v.InferOutput<S>>[] = [],
) {
  return v.pipe(
    schema,
    v.rawCheck<v.InferOutput<S>>(({ dataset, addIssue }) => {
      const invalid = new Set(dataset.issues?.map((issue) => issue.path?.[0]?.key));
      if (invalid.has(undefined)) return;
      const input = dataset.value as v.InferOutput<S>;
      for (const [field, other, holds, message] of [...rules, ...ownRules] as Rule<v.InferOutput<S>>[]) {
        if (invalid.has(field) || invalid.has(other) || holds(input)) continue;
        addIssue({
          message,
          path: [{ type: "object", origin: "value", input: { ...input }, key: field, value: input[field] }],
        });
      }
    }),
  );
}

export const Criteria = withRules(shape);

/** The number of travelers that pay for a seat: all but infants, which sit on a lap. */
export function payingPassengers(party: Pick<Criteria, "adults" | "childAges">): number {
  return party.adults + party.childAges.length;
}

/** Each pair of an origin and a destination, in their order. */
export function pairsOf(journey: { origin: string | string[]; destination: string | string[] }) {
  return [journey.origin]
    .flat()
    .flatMap((origin) => [journey.destination].flat().map((destination) => ({ origin, destination })));
}

/** Picks the criteria from an input that has more fields. */
export function criteriaOf(input: Criteria): Criteria {
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency } =
    input;
  return { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency };
}
