import * as v from "valibot";
import { orFallback } from "../base/cache.ts";
import { Problem } from "../base/error.ts";
import { type Criteria, criteriaEntries, criteriaOf, Places, pairsOf, type Rule, withRules } from "./criteria.ts";
import { withoutDeparted } from "./departed.ts";
import { Facets } from "./facetschema.ts";
import * as Filter from "./filter.ts";
import type { Caller } from "./lookup.ts";
import { type Names, names, namesOfOffers } from "./names.ts";
import { Info, type Offer, toInfo } from "./offer.ts";
import { toOfferId } from "./offerid.ts";
import type { FareProvider } from "./provider.ts";
import { type PackedAnswer, questionOf, type StoredAnswer, unpack } from "./record.ts";
import { checkDates } from "./sellable.ts";
import * as SingleFlight from "./singleflight.ts";
import * as Store from "./store.ts";
import { Ticket } from "./ticket.ts";

const entries = { ...criteriaEntries, origin: Places, destination: Places, ...Filter.entries };

/** Criteria for the providers, with several places if wanted, and which of the offers to return, in which order. */
export const Query = withRules(v.strictObject(entries), [
  ...Filter.rules,
  ...Filter.returnFilters.map(
    (name): Rule<Pick<Criteria, "returnDate"> & Filter.Wishes> => [
      name,
      "returnDate",
      (query) => query[name] === undefined || query.returnDate !== null,
      "there is no way back without a returnDate",
    ],
  ),
]);
export type Query = v.InferOutput<typeof Query>;

/** The offers for a search, cheapest first, the providers that were asked, and the age of the answer. */
export const Result = v.object({
  items: v.array(Info),
  nextCursor: v.nullable(v.string()),
  count: v.pipe(v.number(), v.integer(), v.description("the offers that meet the filters, on all pages")),
  facets: Facets,
  status: v.picklist(["ok", "partial", "no_results"]),
  freshness: v.pipe(
    v.picklist(["fresh", "cached", "stale"]),
    v.description("the providers were asked for this search, or recently, or longer ago than one would like"),
  ),
  searchedAt: v.pipe(v.string(), v.isoTimestamp()),
  unknownAirlines: v.pipe(v.array(v.string()), v.description("the airlines asked for of which we know nothing")),
  providers: v.array(
    v.object({
      name: v.string(),
      status: v.picklist(["ok", "partial", "no_results", "provider_error", "rate_limited", "skipped"]),
    }),
  ),
  unanswered: v.pipe(
    v.array(v.object({ origin: v.string(), destination: v.string(), code: v.string() })),
    v.description("of several places, the pairs without an answer, each with the code of its problem"),
  ),
  ...names,
});
export type Result = v.InferOutput<typeof Result>;

/**
 * Returns the offers for a search at `at`, stored or from `provider` (docs/flights.md, "Searching").
 * @throws Problem `flight.not_sellable`, and if the provider fails and nothing is stored `flight.provider`,
 * `flight.busy` or `flight.timeout`, and `limit.searches` if the caller has no provider calls left today
 */
export async function search(provider: FareProvider, input: unknown, at: Date, caller?: Caller): Promise<Result> {
  const query = v.parse(Query, input);
  Filter.checkCursor(query);
  const pairs = pairsOf(query);
  if (pairs.length > 1) return searchPairs(provider, query, pairs, at, caller);
  const criteria = criteriaOf({ ...query, ...pairs[0]! });
  await checkDates(criteria, at, "#", provider.currencies);
  const { freshness, answer: found } = await SingleFlight.find(questionOf(provider, criteria), at, caller);
  const answer = withoutDeparted(found, at);
  const { status, searchedAt, providers } = answer;
  const unknownAirlines = await Filter.unknownAirlines(query);
  return {
    ...{ status, searchedAt, unknownAirlines, providers, unanswered: [], freshness },
    ...(await pageOf(answer, criteria, query)),
  };
}

async function searchPairs(
  provider: FareProvider,
  query: Query,
  pairs: ReturnType<typeof pairsOf>,
  at: Date,
  caller?: Caller,
): Promise<Result> {
  // Loaded when needed: most searches are for one pair.
  const { findSeveral } = await import("./several.ts");
  const criteria = pairs.map((pair) => criteriaOf({ ...query, ...pair }));
  const { offers, ...answer } = await findSeveral(provider, criteria, at, caller);
  const unknownAirlines = await Filter.unknownAirlines(query);
  const { items, nextCursor } = Filter.select([...offers.keys()], query);
  const toItem = (offer: Offer) => toInfo(offer, toOfferId(offers.get(offer)!, offer));
  const beside = await besideItems([...offers.keys()], items, query);
  return { ...answer, unknownAirlines, items: items.map(toItem), nextCursor, ...beside };
}

type Beside = Pick<Result, "count" | "facets"> & Names;
type Page = Pick<Result, "items" | "nextCursor"> & Beside;

/** What stands beside the items of a page. The counting is loaded at the first search. */
async function besideItems(offers: Offer[], items: Offer[], query: Query): Promise<Beside> {
  const { facetsOf } = await import("./facets.ts");
  const found = facetsOf(offers, query);
  const carriers = found.facets.airlines.map(({ code }) => code);
  return { ...found, ...(await namesOfOffers(items, placesOf(query), carriers)) };
}

/** The last page that was made of an answer, and its query: most searches for one answer have the same query. */
const lastPages = new WeakMap<StoredAnswer, { page: Page; query: string }>();

async function pageOf(answer: StoredAnswer, criteria: Criteria, query: Query): Promise<Page> {
  const queryText = JSON.stringify(query);
  const last = lastPages.get(answer);
  if (last?.query === queryText) return last.page;
  const { items, nextCursor } = Filter.select(answer.offers, query);
  const page = {
    items: items.map((offer) => toInfo(offer, toOfferId(criteria, offer))),
    nextCursor,
    ...(await besideItems(answer.offers, items, query)),
  };
  lastPages.set(answer, { page, query: queryText });
  return page;
}

const placesOf = ({ origin, destination }: Query) => [origin, destination].flat();

/** Refreshes a stored answer at `at`, as a `Ticket` says. Does nothing for a journey that is no longer sold. */
export async function refresh(provider: FareProvider, ticket: unknown, at: Date): Promise<void> {
  const { criteria, ...found } = v.parse(Ticket, ticket);
  try {
    await checkDates(criteria, at);
    await SingleFlight.refresh(questionOf(provider, criteria), at, found);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

/**
 * The Redis key of the hash with the stored answer. Its field `until` is the moment (UTC) when it stops being fresh.
 */
export function cacheKey(provider: FareProvider, criteria: Criteria): string {
  return Store.cacheKey(questionOf(provider, criteria).key);
}

/**
 * Returns the stored answer to each of the criteria, of any age, in their order: from Redis, and what Redis lacks from
 * Postgres, in one request.
 */
export async function stored(
  provider: FareProvider,
  criteria: Criteria[],
  caller: Caller = {},
): Promise<(StoredAnswer | undefined)[]> {
  const keys = keysOf(provider, criteria);
  // Many searches have one answer, which is read and unpacked once.
  const unique = [...new Set(keys)];
  const packed = await packedInRedis(unique, caller);
  const answers = new Map(unique.map((key, index) => [key, packed[index] && unpack(packed[index])]));
  const missing = unique.filter((key) => answers.get(key) === undefined);
  if (missing.length > 0) for (const [key, copy] of await copiesOf(missing)) answers.set(key, unpack(copy));
  return keys.map((key) => answers.get(key));
}

/** Returns the same as `stored` but from Redis alone; all undefined if Redis does not answer. */
export async function storedInRedis(
  provider: FareProvider,
  criteria: Criteria[],
  caller: Caller = {},
): Promise<(StoredAnswer | undefined)[]> {
  const packed = await packedInRedis(keysOf(provider, criteria), caller);
  return criteria.map((_, index) => packed[index] && unpack(packed[index]));
}

/** In the order of the keys. Empty if Redis does not answer. */
async function packedInRedis(keys: string[], { askRedis }: Caller): Promise<(PackedAnswer | undefined)[]> {
  if (!askRedis) return orFallback(Store.answers(keys), []);
  return (await askRedis((batch) => Store.answersInBatch(batch, keys))) ?? [];
}

/** Answers within `timeoutMs` milliseconds, for a caller that can do without: see `searchWithin` of single flight. */
export function searchWithin(
  provider: FareProvider,
  criteria: Criteria,
  at: Date,
  timeoutMs: number,
  caller: Caller = {},
): Promise<StoredAnswer | undefined> {
  return SingleFlight.searchWithin(questionOf(provider, criteria), at, timeoutMs, caller.payer);
}

const keysOf = (provider: FareProvider, criteria: Criteria[]) => criteria.map((each) => questionOf(provider, each).key);
// Loaded on first use: what Redis has needs no Postgres.
const copiesOf = async (keys: string[]) => (await import("./postgres.ts")).copiesOf(keys);
