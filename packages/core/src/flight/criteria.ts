import * as v from "valibot";
import { Currency } from "../base/money.ts";

/** Cabins, as IATA and Duffel name them. */
export const cabins = ["economy", "premium_economy", "business", "first"] as const;

/** An IATA airport or metropolitan-area code; lower case is raised. */
export const Place = v.pipe(
  v.string(),
  v.toUpperCase(),
  v.regex(/^[A-Z]{3}$/, "must be a three-letter IATA code, such as STN"),
);

const written = /^\d{4}-\d{2}-\d{2}$/;

/** A calendar day `YYYY-MM-DD` that exists, local to the place it is about. */
export const Day = v.pipe(
  v.string(),
  v.regex(written, "must be a date, YYYY-MM-DD"),
  v.check((day) => {
    const parsed = new Date(`${day}T00:00:00Z`);
    return !written.test(day) || (!Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day));
  }, "must be a day that exists"),
);

/** A month `YYYY-MM`. */
export const Month = v.pipe(v.string(), v.regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month, such as 2027-03"));

/** Who travels: 1–9 seats for adults and children together, and no more infants than adults (one on each lap). */
export const party = {
  adults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9)), 1),
  childAges: v.optional(
    v.pipe(
      v.array(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(17))),
      v.maxLength(8),
      v.transform((ages) => ages.toSorted((a, b) => a - b)),
    ),
    [],
  ),
  infants: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)), 0),
};

/** What is asked of a provider, the same for a search and for a fare that is watched. */
export const criteriaEntries = {
  origin: Place,
  destination: Place,
  departureDate: Day,
  returnDate: v.optional(v.nullable(Day), null),
  ...party,
  cabin: v.optional(v.picklist(cabins), "economy"),
  maxStops: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2))), null),
  currency: v.optional(Currency, "USD"),
};

const shape = v.strictObject(criteriaEntries);
export type Criteria = v.InferOutput<typeof shape>;

/** A rule between fields: the one people would change, one that must be sound by itself to judge it, and the rule. */
export type Rule<T> = [at: keyof T & string, other: keyof T & string, holds: (input: T) => boolean, message: string];

/** Criteria, as far as the rules are about them: places may be several, and the days still open. */
type Asked = Pick<Criteria, keyof typeof party> & {
  origin: string | string[];
  destination: string | string[];
  departureDate?: string | null;
  returnDate?: string | null;
};

const rules: Rule<Asked>[] = [
  [
    "destination",
    "origin",
    ({ origin, destination }) => ![destination].flat().some((code) => [origin].flat().includes(code)),
    "must differ from origin",
  ],
  [
    "returnDate",
    "departureDate",
    ({ departureDate, returnDate }) => typeof returnDate !== "string" || returnDate >= (departureDate ?? ""),
    "must not be before departureDate",
  ],
  ["infants", "adults", ({ adults, infants }) => infants <= adults, "one infant an adult at most"],
  ["childAges", "adults", (party) => payingPassengers(party) <= 9, "nine seats at most, children included"],
];

/** Adds the rules between fields, and `own` ones. Each is judged, and reported at its field, even where other fields are at fault. */
export function withRules<const S extends v.GenericSchema<unknown, Asked>>(
  schema: S,
  own: Rule<v.InferOutput<S>>[] = [],
) {
  return v.pipe(
    schema,
    v.rawCheck<v.InferOutput<S>>(({ dataset, addIssue }) => {
      const faulty = new Set(dataset.issues?.map((issue) => issue.path?.[0]?.key));
      if (faulty.has(undefined)) return;
      const input = dataset.value as v.InferOutput<S>;
      for (const [key, other, holds, message] of [...rules, ...own] as Rule<v.InferOutput<S>>[]) {
        if (faulty.has(key) || faulty.has(other) || holds(input)) continue;
        addIssue({ message, path: [{ type: "object", origin: "value", input: { ...input }, key, value: input[key] }] });
      }
    }),
  );
}

export const Criteria = withRules(shape);

/** Travellers who pay for a seat; an infant on a lap does not. */
export function payingPassengers(party: Pick<Criteria, "adults" | "childAges">): number {
  return party.adults + party.childAges.length;
}

/** What is asked of a provider, out of a question that says more. */
export function criteriaOf(question: Criteria): Criteria {
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency } =
    question;
  return { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency };
}
