import * as v from "valibot";
import * as Money from "../base/money.ts";

const entries = { count: v.number(), least: Money.Info };
const Facet = v.object(entries);
export type Facet = v.InferOutput<typeof Facet>;

const Times = v.array(v.object({ from: v.string(), to: v.string(), ...entries }));

/**
 * The values that a person can narrow an answer by, each with the number of offers and the least total with it. A
 * facet's counts are of the offers that meet all filters but its own, as if each of its values were the only one chosen.
 */
export const Facets = v.object({
  stops: v.pipe(
    v.array(v.object({ stops: v.number(), ...entries })),
    v.description("by the stops of the direction with more of them; 2 stands for 2 or more, as in the filter `stops`"),
  ),
  airlines: v.pipe(
    v.array(v.object({ code: v.string(), ...entries })),
    v.description("by the airlines that sell or operate every flight of an offer, as the filter `airlines`"),
  ),
  bags: v.pipe(
    v.array(v.object({ bags: v.number(), ...entries })),
    v.description("with at least this number of checked bags"),
  ),
  refundable: v.pipe(v.nullable(Facet), v.description("the refundable offers; null where there are none")),
  departures: v.pipe(Times, v.description("by quarters of the day, local; `from` and `to` are values of the filters")),
  returnDepartures: v.pipe(Times, v.description("the same for the way back; empty for one way")),
});
export type Facets = v.InferOutput<typeof Facets>;
