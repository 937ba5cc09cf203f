import * as v from "valibot";
import * as Money from "../base/money.ts";
import * as Flight from "../flight.ts";

const { maxStops: _, ...journey } = Flight.criteriaEntries;

/** A journey. Its price is the cheapest one known, with any number of stops. */
export const Query = Flight.withRules(v.strictObject(journey), []);
export type Query = v.InferInput<typeof Query>;

/** Why nothing is said, in the order in which the reasons are looked for. */
export const reasons = ["departs_too_soon", "no_price", "too_few_cases", "no_better_than_base_rate"] as const;
export type Reason = (typeof reasons)[number];

const Share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/**
 * Of `cases` past cases of the same kind the price fell in the part `baseRate`; for a price that stands as this one does
 * the part is `probability`, to the hundredth. A fall is a price lower by at least `threshold` on one of the `within`
 * days after. `probability` is null, and `why` says the reason, where nothing is said. `price` is the total that it is
 * about; a watch of several dates is asked about its cheapest ones.
 */
export const Result = v.object({
  status: v.picklist(["answered", "abstained"]),
  why: v.nullable(v.picklist(reasons)),
  probability: v.nullable(Share),
  baseRate: v.nullable(Share),
  cases: v.number(),
  within: v.number(),
  threshold: v.string(),
  origin: v.string(),
  destination: v.string(),
  departureDate: v.string(),
  returnDate: v.nullable(v.string()),
  price: v.nullable(Money.Info),
  source: v.string(),
  simulated: v.boolean(),
});
export type Result = v.InferOutput<typeof Result>;
