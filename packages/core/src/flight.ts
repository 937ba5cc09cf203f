import type { Criteria } from "./flight/criteria.ts";
import type { FareProvider } from "./flight/provider.ts";
import type { Known } from "./flight/record.ts";
import * as Search from "./flight/search.ts";
import { simulator } from "./flight/simulator.ts";

export { Criteria, cabins, consistent, Day, fields, Place, paying } from "./flight/criteria.ts";
export { Info, type Offer, Segment, Slice, untold } from "./flight/offer.ts";
export type { Answer, Call, Confirmation, FareProvider, Named, Rate } from "./flight/provider.ts";
export type { Known } from "./flight/record.ts";
export { type Ask, Query, Result } from "./flight/search.ts";
export { checkDates } from "./flight/sellable.ts";

/** Who is asked for fares, by searches and by sweeps alike. */
export const provider: FareProvider = simulator;

/**
 * What flies and what it costs at `at`, cheapest first; `query` is a `Query`. `ask` is how Redis is asked
 * for what is stored.
 * @throws Problem `flight.not_sellable`, and when the provider fails `flight.provider`, `flight.busy` or `flight.timeout`
 */
export function search(query: unknown, at: Date, ask?: Search.Ask): Promise<Search.Result> {
  return Search.search(provider, query, at, ask);
}

/** What is stored for each of the criteria, in their order and however old: what was last answered to such a search. */
export function known(criteria: Criteria[]): Promise<(Known | undefined)[]> {
  return Search.known(provider, criteria);
}
