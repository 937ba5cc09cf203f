import * as v from "valibot";
import * as Flight from "../flight.ts";

const nights = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(180));

/** The three ways to give the dates; exactly one is used. */
const dateEntries = {
  departureDate: Flight.Day,
  returnDate: Flight.Day,
  departureFrom: Flight.Day,
  departureTo: Flight.Day,
  stayNights: v.strictObject({ min: nights, max: nights }),
  weekendsIn: Flight.Month,
};
export type DateField = keyof typeof dateEntries;
const dateKinds: [DateField, ...DateField[]][] = [
  ["departureDate", "returnDate"],
  ["departureFrom", "departureTo", "stayNights"],
  ["weekendsIn"],
];

type Wish = keyof Flight.Wishes;
const wishNames = Object.keys(Flight.wishes) as Wish[];
/** Each wish, or null for none. */
export const wishes = nullable(withoutDefaults(Flight.wishes));
const askedFields = { ...nullable(dateEntries), ...wishes };

const { origin: _, destination: __, departureDate: ___, returnDate: ____, ...rest } = Flight.criteriaEntries;

/** The subject of a watch as it is asked for; null where nothing is asked. */
export const entries = { origin: Flight.Places, destination: Flight.Places, ...orNull(askedFields), ...rest };

/** The same fields in a change: a field that is left out stays as it is. */
export const changes = v.partial(
  v.object({ origin: Flight.Places, destination: Flight.Places, ...askedFields, ...withoutDefaults(rest) }),
).entries;

const subjectSchema = v.strictObject(entries);
export type Subject = v.InferOutput<typeof subjectSchema>;

/** Rules that exclude impossible journeys at any time. */
export const rules: Flight.Rule<Omit<Subject, "currency">>[] = [
  ...dateKinds.flatMap((fields) =>
    fields.map(
      (name): Flight.Rule<Omit<Subject, "currency">> => [
        name,
        name,
        (what) => what[name] === null || dateFieldsOf(what) === fields,
        "must not be given beside other dates",
      ],
    ),
  ),
  [
    "departureDate",
    "departureDate",
    (what) => what.departureDate !== null || (dateFieldsOf(what) ?? dateKinds[0]) !== dateKinds[0],
    "is required, or departureFrom and departureTo, or weekendsIn",
  ],
  ...(["departureFrom", "departureTo"] as const).map(
    (name): Flight.Rule<Omit<Subject, "currency">> => [
      name,
      name,
      (what) => what[name] !== null || dateFieldsOf(what) !== dateKinds[1],
      "is required for a window of days",
    ],
  ),
  [
    "departureTo",
    "departureFrom",
    ({ departureFrom, departureTo }) => (departureTo ?? "9999") >= (departureFrom ?? ""),
    "must not be before departureFrom",
  ],
  ["stayNights", "stayNights", ({ stayNights }) => !stayNights || stayNights.max >= stayNights.min, "max is below min"],
  ...Flight.wishRules.map(
    ([at, other, holds, message]): Flight.Rule<Omit<Subject, "currency">> => [
      at,
      other,
      (what) => holds(withoutNulls(what)),
      message,
    ],
  ),
  ...Flight.returnFilters.map(
    (name): Flight.Rule<Omit<Subject, "currency">> => [
      name,
      "returnDate",
      (what) => what[name] === null || (what.returnDate ?? what.stayNights ?? what.weekendsIn) !== null,
      "there is no way back without a returnDate, stayNights or weekendsIn",
    ],
  ),
];

/** The kind of dates that is given, if any. A way back beside dates of another kind does not change these dates' kind. */
export function dateFieldsOf(what: Partial<Pick<Subject, DateField>>): DateField[] | undefined {
  const given = (names: DateField[]) => dateKinds.find((kind) => kind.some((name) => names.includes(name)));
  const names = dateKinds.flat().filter((name) => (what[name] ?? null) !== null);
  return given(names.filter((name) => name !== "returnDate" && name !== "stayNights")) ?? given(names);
}

/** The subject after a change. Dates of one kind replace those of another. */
export function mergeSubject(what: Subject, change: Partial<Subject>): Subject {
  const given = (Object.keys(entries) as (keyof Subject)[]).filter((name) => change[name] !== undefined);
  const way = dateFieldsOf(change);
  const kept = way === undefined || way === dateFieldsOf(what) ? what : { ...what, ...withoutDates };
  return { ...kept, ...Object.fromEntries(given.map((name) => [name, change[name]])) };
}
const withoutDates = Object.fromEntries(Object.keys(dateEntries).map((name) => [name, null])) as {
  [W in DateField]: null;
};

/**
 * The part of the subject that is stored beside the columns of its first fare, party, cabin, stops and currency; null
 * when these say everything.
 */
export function toStored(what: Subject): string | null {
  const said: Record<string, unknown> = {};
  let isPlain = true;
  for (const [name, value] of Object.entries(what)) {
    if (value === null || !(name in entries) || name in rest) continue;
    said[name] = value;
    isPlain &&= named.includes(name) && typeof value === "string";
  }
  return isPlain ? null : JSON.stringify(said);
}
const named = ["origin", "destination", "departureDate", "returnDate"];

/** A watch's columns and the stored rest of its subject. */
export type StoredSubject = Flight.Criteria & { what: Partial<Subject> | null };

export function fromStored({ what, ...columns }: StoredSubject): Subject {
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency } =
    columns;
  return {
    ...{ origin, destination, ...none },
    ...(what ?? { departureDate, returnDate }),
    ...{ adults, childAges, infants, cabin, maxStops, currency },
  };
}
const none = Object.fromEntries(Object.keys(askedFields).map((name) => [name, null])) as {
  [A in keyof typeof askedFields]: null;
};

/**
 * The wishes in one order; no bag, no refund and no particular airline are left out, because every offer meets them.
 */
export function wishesOf(what: Pick<Subject, Wish>): Flight.Wishes {
  const wanted = Object.entries(withoutNulls(what)).filter(([, wish]) => wish !== false && wish !== 0);
  const lists = wanted.map(([name, wish]) => [name, Array.isArray(wish) ? [...new Set(wish)].sort() : wish] as const);
  return Object.fromEntries(lists.filter(([, wish]) => !Array.isArray(wish) || wish.length > 0));
}

function withoutNulls(what: Pick<Subject, Wish>): Flight.Wishes {
  return Object.fromEntries(wishNames.flatMap((name) => (what[name] === null ? [] : [[name, what[name]]])));
}

/** Schemas without their default values. */
function withoutDefaults<E extends Record<string, { wrapped: v.GenericSchema }>>(entries: E) {
  return Object.fromEntries(Object.entries(entries).map(([name, { wrapped }]) => [name, wrapped])) as {
    [K in keyof E]: E[K]["wrapped"];
  };
}

function nullable<E extends Record<string, v.GenericSchema>>(entries: E) {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, v.nullable(entry)])) as {
    [K in keyof E]: v.NullableSchema<E[K], undefined>;
  };
}

function orNull<E extends Record<string, v.GenericSchema>>(entries: E) {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, v.optional(entry, null)])) as {
    [K in keyof E]: v.OptionalSchema<E[K], null>;
  };
}
