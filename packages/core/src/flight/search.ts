import * as v from "valibot";
import { orElse } from "../base/cache.ts";
import { Problem } from "../base/error.ts";
import { type Criteria, criteriaEntries, criteriaOf, type Rule, withRules } from "./criteria.ts";
import * as Filter from "./filter.ts";
import type { AskRedis } from "./lookup.ts";
import { Info, shown } from "./offer.ts";
import { identify } from "./offerid.ts";
import type { FareProvider } from "./provider.ts";
import { questionOf, type StoredAnswer, unpack, type Version } from "./record.ts";
import { checkDates } from "./sellable.ts";
import * as Single from "./singleflight.ts";
import * as Store from "./store.ts";
import { Ticket } from "./ticket.ts";

/** What is asked of the providers, and what of their answer is wanted. */
export const Query = withRules(v.strictObject({ ...criteriaEntries, ...Filter.entries }), [
  ...Filter.rules,
  ...Filter.returnFilters.map(
    (name): Rule<Criteria & Filter.Wishes> => [
      name,
      "returnDate",
      (query) => query[name] === undefined || query.returnDate !== null,
      "there is no way back without a returnDate",
    ],
  ),
]);
export type Query = v.InferOutput<typeof Query>;

/** The offers for a search, cheapest first, who was asked, and how old the answer is. */
export const Result = v.object({
  items: v.array(Info),
  nextCursor: v.nullable(v.string()),
  status: v.picklist(["ok", "partial", "no_results"]),
  freshness: v.pipe(
    v.picklist(["fresh", "cached", "stale"]),
    v.description("the providers were asked for this search, or recently, or longer ago than one would like"),
  ),
  searchedAt: v.pipe(v.string(), v.isoTimestamp()),
  providers: v.array(
    v.object({
      name: v.string(),
      status: v.picklist(["ok", "partial", "no_results", "provider_error", "rate_limited", "skipped"]),
    }),
  ),
});
export type Result = v.InferOutput<typeof Result>;

/**
 * Offers for a search at `at`, from what is stored or from `provider`; how that is decided stands in docs/flights.md.
 * @throws Problem `flight.not_sellable`, and when the provider fails and nothing is stored `flight.provider`,
 * `flight.busy` or `flight.timeout`
 */
export async function search(provider: FareProvider, query: unknown, at: Date, ask?: AskRedis): Promise<Result> {
  const wanted = v.parse(Query, query);
  const criteria = criteriaOf(wanted);
  await checkDates(wanted, at, "#", provider.currencies);
  const { freshness, known: stored } = await Single.find(questionOf(provider, criteria), at, ask);
  const { status, searchedAt, providers } = stored;
  return { status, searchedAt, providers, freshness, ...page(stored, criteria, wanted) };
}

type Page = Pick<Result, "items" | "nextCursor">;

/** The page that was last told of an answer, and the question it was told to: most people ask the one they all ask. */
const pages = new WeakMap<StoredAnswer, Page & { asked: string }>();

function page(known: StoredAnswer, criteria: Criteria, wanted: Query): Page {
  const asked = JSON.stringify(wanted);
  const last = pages.get(known);
  if (last?.asked === asked) return { items: last.items, nextCursor: last.nextCursor };
  const { items, nextCursor } = Filter.select(known.offers, wanted);
  const told = { items: items.map((offer) => shown(offer, identify(criteria, offer))), nextCursor };
  pages.set(known, { ...told, asked });
  return told;
}

/** Renews a stored answer at `at`, as a `Ticket` says. One for a journey that nobody sells by now is past its use. */
export async function refresh(provider: FareProvider, ticket: unknown, at: Date): Promise<void> {
  const { criteria, token } = v.parse(Ticket, ticket);
  try {
    await checkDates(criteria, at);
    await Single.renew(questionOf(provider, criteria), at, token);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

/** Where in Redis the answer to such a search stands, in the field `until` the moment (UTC) up to which it is fresh. */
export function cacheKey(provider: FareProvider, criteria: Criteria): string {
  return Store.cacheKey(questionOf(provider, criteria).key);
}

/** What is stored for each of the criteria, however old: from Redis, the rest in one request from Postgres. */
export async function known(
  provider: FareProvider,
  criteria: Criteria[],
  ask?: AskRedis,
): Promise<(StoredAnswer | undefined)[]> {
  const keys = criteria.map((each) => questionOf(provider, each).key);
  const kept = await stored(keys, ask);
  const missing = keys.filter((_, index) => kept[index] === undefined);
  const copies = missing.length > 0 ? await copiesOf(missing) : new Map<string, Version>();
  return keys.map((key, index) => {
    const version = kept[index] ?? copies.get(key);
    return version && unpack(version);
  });
}

/** The same from Redis alone, and nothing without it. */
export async function storedInRedis(
  provider: FareProvider,
  criteria: Criteria[],
  ask?: AskRedis,
): Promise<(StoredAnswer | undefined)[]> {
  const kept = await stored(
    criteria.map((each) => questionOf(provider, each).key),
    ask,
  );
  return criteria.map((_, index) => kept[index] && unpack(kept[index]));
}

async function stored(keys: string[], ask: AskRedis | undefined): Promise<(Version | undefined)[]> {
  if (!ask) return orElse(Store.all(keys), []);
  return (await ask((questions) => Store.versions(questions, keys))) ?? [];
}

/** The answer for somebody who can do without, within `patience` milliseconds. */
export function searchWithin(
  provider: FareProvider,
  criteria: Criteria,
  at: Date,
  patience: number,
): Promise<StoredAnswer | undefined> {
  return Single.searchWithin(questionOf(provider, criteria), at, patience);
}

const copiesOf = async (keys: string[]) => (await import("./postgres.ts")).all(keys);
