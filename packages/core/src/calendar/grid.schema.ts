import * as v from "valibot";
import * as Flight from "../flight.ts";
import { known, pollAfter } from "./schema.ts";

/** A journey there and back between two places, and the days to each side of both of its days. */
export const GridQuery = Flight.withRules(
  v.strictObject({
    ...Flight.criteriaEntries,
    returnDate: Flight.Day,
    spread: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3)), 3),
  }),
);
export type GridQuery = v.InferInput<typeof GridQuery>;

/** The lowest known total of each pair of days, and the seconds after which more would be known. */
export const GridResult = v.object({
  items: v.array(v.object({ departureDate: Flight.Day, returnDate: Flight.Day, ...known })),
  pollAfter,
});
export type GridResult = v.InferOutput<typeof GridResult>;
