import * as v from "valibot";
import * as Money from "../base/money.ts";
import * as Flight from "../flight.ts";

const { departureDate: _, returnDate: __, ...journey } = Flight.criteriaEntries;

/** The most pairs of places of one request: it reads an answer for each of their days. */
const maxPairs = 5;
const tooMany = `would be too many pairs of places: ${maxPairs} at most`;
type Places = { origin: string | string[]; destination: string | string[] };
const isWithinPairs = (places: Places) => Flight.pairsOf(places).length <= maxPairs;

/**
 * A month of departures `YYYY-MM`, one way, or with a return after `nights`; between several places if wanted, 5 pairs
 * of them at most.
 */
export const Query = Flight.withRules(
  v.strictObject({
    ...journey,
    origin: Flight.Places,
    destination: Flight.Places,
    month: Flight.Month,
    nights: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(180))), null),
  }),
  [
    ["origin", "destination", (query) => [query.origin].flat().length < 2 || isWithinPairs(query), tooMany],
    ["destination", "origin", (query) => [query.destination].flat().length < 2 || isWithinPairs(query), tooMany],
  ],
);
export type Query = v.InferInput<typeof Query>;

/** What is known of a day or of a pair of days: the lowest total for the whole party, and when it was searched (UTC). */
export const known = {
  cheapest: v.nullable(Money.Info),
  status: v.picklist(["ok", "partial", "no_results", "unknown"]),
  searchedAt: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
};
export type Known = v.InferOutput<v.ObjectSchema<typeof known, undefined>>;

export const pollAfter = v.pipe(
  v.nullable(v.number()),
  v.description("the seconds after which the same request would know more days; null when all are known"),
);

/** The lowest known total of a departure day for the whole party, and when it was searched (UTC). */
export const Day = v.object({ date: Flight.Day, ...known });
export type Day = v.InferOutput<typeof Day>;

export const Result = v.object({ items: v.array(Day), pollAfter });
export type Result = v.InferOutput<typeof Result>;
