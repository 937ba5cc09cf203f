import { lazy } from "./base/lazy.ts";
import type { chain } from "./flight/chain.ts";
import {
  configuredProvider,
  configuredSeller,
  gatedProviders,
  hasProvider,
  requireProvider,
} from "./flight/configured.ts";
import * as Confirm from "./flight/confirm.ts";
import type { Criteria } from "./flight/criteria.ts";
import type { signed } from "./flight/duffel/webhook.ts";
import type { FoundAgain, Party } from "./flight/findagain.ts";
import type { Caller } from "./flight/lookup.ts";
import type { ConfirmingProvider } from "./flight/provider.ts";
import type { StoredAnswer } from "./flight/record.ts";
import * as Search from "./flight/search.ts";
import * as Sellable from "./flight/sellable.ts";
import type { Provider } from "./flight/status.ts";

export { Confirmed } from "./flight/confirm.ts";
export {
  Criteria,
  cabins,
  criteriaEntries,
  Day,
  Month,
  maxPlaces,
  Place,
  Places,
  pairsOf,
  payingPassengers,
  type Rule,
  withRules,
} from "./flight/criteria.ts";
export { withoutDeparted } from "./flight/departed.ts";
export { OverShare } from "./flight/failure.ts";
export { fits, returnFilters, rules as wishRules, unknownAirlines, type Wishes, wishes } from "./flight/filter.ts";
export type { FoundAgain, Party } from "./flight/findagain.ts";
export type { AskRedis, Caller } from "./flight/lookup.ts";
export { type Names, names, namesOf, namesOfOffers } from "./flight/names.ts";
export {
  Info,
  KeptInfo,
  type KeptOffer,
  keptInfo,
  type Offer,
  Segment,
  Slice,
  sliceOf,
  unknownTerms,
} from "./flight/offer.ts";
export { toOfferId } from "./flight/offerid.ts";
export { type Account, callsOf, dayEnd, ownerOf, type Payer, payerOf } from "./flight/payer.ts";
export type {
  Answer,
  Call,
  Confirmation,
  FareProvider,
  OfferReference,
  Rate,
} from "./flight/provider.ts";
export type { StoredAnswer } from "./flight/record.ts";
export { Query, Result } from "./flight/search.ts";
export {
  hasLeft,
  horizon,
  mayHaveLeft,
  outsideSaleDates,
  rejectUnsellable,
  returnFaults,
  saleWindow,
} from "./flight/sellable.ts";
export type {
  AirlineChange,
  ChangeOffer,
  Made,
  Order,
  OrderChange,
  Outcome,
  Passenger,
  Price,
  Refund,
  Sale,
  Seller,
} from "./flight/seller.ts";
export { isSimulated, isSold } from "./flight/source.ts";
export { spanOf } from "./flight/span.ts";
export { Provider, Switch } from "./flight/status.ts";
export type { Nonstop } from "./flight/timetable.ts";

/**
 * The provider that searches and sweeps ask for fares. It stands for all configured ones. With none, calling it throws
 * the Problem `provider.missing`, as `requireProvider` does.
 */
export const provider: ConfirmingProvider = configuredProvider;
export { hasProvider, requireProvider };

/** Combines providers into one behind gates whose state all processes share; see `flight/chain.ts`. */
export async function createChain(...given: Parameters<typeof chain>): Promise<ConfirmingProvider> {
  return (await import("./flight/chain.ts")).chain(...given);
}

/** The non-stop flights of a published schedule: see `flight/timetable.ts`, loaded at the first call. */
export const nonstops = lazy(async () => (await import("./flight/timetable.ts")).nonstops);
export const startsTo = lazy(async () => (await import("./flight/timetable.ts")).startsTo);
export const departures = lazy(async () => (await import("./flight/timetable.ts")).departures);

/** Whether this process sells the simulated market. */
export const isSimulatedMarket = provider.name === "simulator";

/** The simulated market by itself, which answers for any moment; no call of it is counted or limited. */
export async function simulatedMarket(): Promise<ConfirmingProvider> {
  return (await import("./flight/simulator.ts")).simulator;
}

/**
 * Returns the offers for a search at `at`, cheapest first; `query` is a `Query`. `caller` sends the look-up of the
 * stored answer in the same Redis request as its other commands, and pays for the provider's calls.
 * @throws ValiError, Problem `flight.not_sellable`, `provider.missing`, and if the provider fails `flight.provider`,
 * `flight.busy` or `flight.timeout`, and `limit.searches` if the caller has no provider calls left today
 */
export async function search(query: unknown, at: Date, caller?: Caller): Promise<Search.Result> {
  requireProvider();
  return Search.search(provider, query, at, caller);
}

/**
 * Asks an offer's provider for the offer's state at `at`; `id` is the API's id of the offer.
 * @throws Problem `offer.missing`, `provider.missing`, and if the provider fails `flight.provider`, `flight.busy` or
 * `flight.timeout`, and `limit.searches` if the caller has no provider calls left today
 */
export async function confirm(id: string, at: Date, caller?: Caller): Promise<Confirm.Confirmed> {
  requireProvider();
  return Confirm.confirm(provider, id, at, caller);
}

/**
 * Searches anew for the offer with this id, for a party that `partyOf` names by the offer's criteria. The answer is
 * given to this caller alone, so that it may be ordered.
 * @throws Problem as `confirm`
 */
export async function findAgain(
  id: string,
  partyOf: (criteria: Criteria) => Party,
  at: Date,
  caller?: Caller,
): Promise<FoundAgain> {
  requireProvider();
  return (await import("./flight/findagain.ts")).findAgain(provider, id, partyOf, at, caller);
}

/** Whether Duffel sent this body: see `flight/duffel/webhook.ts`. */
export const isFromDuffel = async (...given: Parameters<typeof signed>): Promise<boolean> =>
  (await import("./flight/duffel/webhook.ts")).signed(...given);

/** The one that takes the orders of the configured provider's offers. @throws Problem `provider.missing` */
export const seller = configuredSeller;

/**
 * Checks that a journey can be sold at `at`, and returns the first and the last day that are sold. `pointerStart` is
 * the start of each fault's pointer: "/" for a body, "#" for a query.
 * @throws Problem `flight.not_sellable` (input) with every field at fault
 */
export function checkDates(question: Criteria, at: Date, pointerStart: Sellable.PointerStart = "/") {
  return Sellable.checkDates(question, at, pointerStart, provider.currencies);
}

/** Returns the fault of a currency that no fare is sold in. */
export function checkCurrency(question: Pick<Criteria, "currency">, pointerStart: Sellable.PointerStart = "/") {
  return Sellable.checkCurrency(question, pointerStart, provider.currencies);
}

/** Returns for each pair of places the days of a month on which a journey is sold at `at`: see `flight/sellable.ts`. */
export function days(
  pairs: Parameters<typeof Sellable.days>[0],
  question: Parameters<typeof Sellable.days>[1],
  at: Date,
) {
  return Sellable.days(pairs, question, at, provider.currencies);
}

/** Returns the last stored answer to each of the criteria, of any age, in their order. */
export function stored(criteria: Criteria[], caller?: Caller): Promise<(StoredAnswer | undefined)[]> {
  return Search.stored(provider, criteria, caller);
}

/** Returns the same as `stored` but from Redis alone; all undefined if Redis does not answer. */
export function storedInRedis(criteria: Criteria[], caller?: Caller): Promise<(StoredAnswer | undefined)[]> {
  return Search.storedInRedis(provider, criteria, caller);
}

/**
 * Answers a search at `at` within `timeoutMs` milliseconds, for a caller that can do without an answer. Returns the
 * fresh answer; else the providers' answer, if no other search is asking them; else the stored answer or undefined.
 * @throws Problem `provider.missing`
 */
export async function searchWithin(
  criteria: Criteria,
  at: Date,
  timeoutMs: number,
  caller?: Caller,
): Promise<StoredAnswer | undefined> {
  requireProvider();
  return Search.searchWithin(provider, criteria, at, timeoutMs, caller);
}

/**
 * The Redis key of the hash with the stored answer. Its field `until` is the moment (UTC) when it stops being fresh.
 */
export function cacheKey(criteria: Criteria): string {
  return Search.cacheKey(provider, criteria);
}

/** Refreshes the stored answer that a search found stale, as its queued ticket says. Safe to run twice, or late. */
export async function refresh(ticket: unknown, at: Date): Promise<void> {
  if (!hasProvider) return;
  return Search.refresh(provider, ticket, at);
}

/**
 * Lists the providers with their switch, breaker, budget, rate and calls, for an operator.
 * @throws Problem `operator.required`
 */
export async function providers(userId: string, at: Date): Promise<{ items: Provider[] }> {
  return (await import("./flight/chain/admin.ts")).list(userId, gatedProviders, at);
}

/**
 * Turns a provider on or off for an operator, in all processes from their next call; `input` is a `Switch`.
 * @throws ValiError, Problem `operator.required`, `provider.unknown`, `provider.untold` if Redis could not be told:
 * then the switch takes effect with the next count, half an hour later at most
 */
export async function setEnabled(userId: string, name: string, input: unknown, at: Date): Promise<Provider> {
  return (await import("./flight/chain/admin.ts")).setEnabled(userId, name, input, gatedProviders, at);
}

/**
 * Writes the counts of provider calls from Redis to Postgres; or, as `when` says, only those
 * that have changed, or have waited for a full or half hour. Safe to run twice, concurrently, or to stop at any point.
 */
export async function persistCounts(
  at: Date,
  when: import("./flight/chain/admin.ts").When = "always",
): Promise<{ counts: number }> {
  return (await import("./flight/chain/admin.ts")).persistCounts(gatedProviders, at, when);
}
