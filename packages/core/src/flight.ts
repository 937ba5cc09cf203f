import * as Confirm from "./flight/confirm.ts";
import type { Criteria } from "./flight/criteria.ts";
import type { AskRedis } from "./flight/lookup.ts";
import type { ConfirmingProvider } from "./flight/provider.ts";
import type { StoredAnswer } from "./flight/record.ts";
import * as Search from "./flight/search.ts";
import * as Sellable from "./flight/sellable.ts";
import { gated, seller } from "./flight/configured.ts";
import type { Provider } from "./flight/status.ts";

export { Confirmed } from "./flight/confirm.ts";
export {
  Criteria,
  cabins,
  criteriaEntries,
  Day,
  Month,
  Place,
  payingPassengers,
  type Rule,
  withRules,
} from "./flight/criteria.ts";
export { fits, returnFilters, rules as wishRules, type Wishes, wishes } from "./flight/filter.ts";
export type { AskRedis } from "./flight/lookup.ts";
export { Info, type Offer, Segment, Slice, unknownTerms } from "./flight/offer.ts";
export type { Answer, Call, Confirmation, FareProvider, OfferReference, Rate } from "./flight/provider.ts";
export type { StoredAnswer } from "./flight/record.ts";
export { Query, Result } from "./flight/search.ts";
export { days, horizon, outsideSaleDates, plus, rejectUnsellable, saleWindow } from "./flight/sellable.ts";
export { Provider, Switch } from "./flight/status.ts";

/** Who is asked for fares, by searches and by sweeps alike. */
export const provider: ConfirmingProvider = seller;

/**
 * What flies and what it costs at `at`, cheapest first; `query` is a `Query`. `ask` is how Redis is asked
 * for what is stored.
 * @throws Problem `flight.not_sellable`, and when the provider fails `flight.provider`, `flight.busy` or `flight.timeout`
 */
export function search(query: unknown, at: Date, ask?: AskRedis): Promise<Search.Result> {
  return Search.search(provider, query, at, ask);
}

/**
 * What became of an offer, by the API's id of it: whoever sold it is asked at `at`.
 * @throws Problem `offer.missing`, and when the provider fails `flight.provider`, `flight.busy` or `flight.timeout`
 */
export function confirm(id: string, at: Date): Promise<Confirm.Confirmed> {
  return Confirm.confirm(provider, id, at);
}

/**
 * Whether anybody could answer the question at `at`, with the first and the last day that are sold; `mark` begins each
 * fault's pointer: "/" for a body, "#" for a query.
 * @throws Problem `flight.not_sellable` (input) with every field at fault
 */
export function checkDates(question: Sellable.Question, at: Date, mark: Sellable.Mark = "/") {
  return Sellable.checkDates(question, at, mark, provider.currencies);
}

/** What is wrong with the airlines that a question names and with its currency. */
export function checkTerms(question: Sellable.Terms, mark: Sellable.Mark = "/") {
  return Sellable.checkTerms(question, mark, provider.currencies);
}

/** What is stored for each of the criteria, in their order and however old: what was last answered to such a search. */
export function stored(criteria: Criteria[], ask?: AskRedis): Promise<(StoredAnswer | undefined)[]> {
  return Search.known(provider, criteria, ask);
}

/** The same from Redis alone, and nothing without it. */
export function storedInRedis(criteria: Criteria[], ask?: AskRedis): Promise<(StoredAnswer | undefined)[]> {
  return Search.storedInRedis(provider, criteria, ask);
}

/**
 * The answer at `at` for somebody who can do without, within `patience` milliseconds: what is fresh, what the providers
 * say when nobody is asking them, else what was known before, or undefined.
 */
export function searchWithin(criteria: Criteria, at: Date, patience: number): Promise<StoredAnswer | undefined> {
  return Search.searchWithin(provider, criteria, at, patience);
}

/** Where in Redis the answer to such a search stands, in the field `until` the moment (UTC) up to which it is fresh. */
export function cacheKey(criteria: Criteria): string {
  return Search.cacheKey(provider, criteria);
}

/** Renews what is stored, as the ticket of a search says that showed it stale. Twice, or late, it does no harm. */
export function refresh(ticket: unknown, at: Date): Promise<void> {
  return Search.refresh(provider, ticket, at);
}

/**
 * Who may be asked for fares, and what that came to; for an operator.
 * @throws Problem `operator.required`
 */
export async function providers(userId: string, at: Date): Promise<{ items: Provider[] }> {
  return (await import("./flight/chain/admin.ts")).list(userId, gated, at);
}

/**
 * Turns a provider on or off, everywhere with its next call; `input` is a `Turn`, for an operator.
 * @throws ValiError, Problem `operator.required`, `provider.missing`, `provider.untold` when it holds only within a minute
 */
export async function setEnabled(userId: string, name: string, input: unknown, at: Date): Promise<Provider> {
  return (await import("./flight/chain/admin.ts")).setEnabled(userId, name, input, gated, at);
}

/** Writes down how often providers were called. Safe to run twice, by several at once, and to die anywhere. */
export async function persistCounts(at: Date): Promise<{ counts: number }> {
  return (await import("./flight/chain/admin.ts")).persistCounts(gated, at);
}
