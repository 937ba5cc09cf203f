import * as v from "valibot";
import { type Batch, batch, orElse, redis } from "../cache.ts";
import { Problem } from "../error.ts";
import { type Criteria, consistent, criteriaOf, fields } from "./criteria.ts";
import * as Filter from "./filter.ts";
import { identify } from "./identity.ts";
import { Info, shown } from "./offer.ts";
import type { FareProvider } from "./provider.ts";
import { freshUntil, type Known, keyOf, pack, unpack } from "./record.ts";
import { checkDates } from "./sellable.ts";

/** What is asked of the providers, and what of their answer is wanted. */
export const Query = consistent(v.strictObject({ ...fields, ...Filter.entries }), Filter.rules);
export type Query = v.InferOutput<typeof Query>;

/** The offers for a search, cheapest first, who was asked, and how old the answer is. */
export const Result = v.object({
  items: v.array(Info),
  nextCursor: v.nullable(v.string()),
  status: v.picklist(["ok", "partial", "no_results"]),
  freshness: v.picklist(["fresh", "cached", "stale"]),
  searchedAt: v.pipe(v.string(), v.isoTimestamp()),
  providers: v.array(
    v.object({
      name: v.string(),
      status: v.picklist(["ok", "partial", "no_results", "provider_error", "rate_limited", "skipped"]),
    }),
  ),
});
export type Result = v.InferOutput<typeof Result>;

/** API Gateway hangs up after 30 s; what is left is for the cache and the way back. */
const patience = 25_000;

/**
 * How a search asks Redis: by `put` it adds its question about `criteria` to whatever else leaves in the same request.
 * Resolves to undefined where Redis does not answer.
 */
export type Ask = <T>(put: (questions: Batch) => Promise<T>, criteria: Criteria) => Promise<T | undefined>;

const alone: Ask = async (put) => {
  const questions = batch();
  const answer = orElse(put(questions), undefined);
  await questions.send();
  return answer;
};

/**
 * Offers for a search at `at`, from Redis while they are fresh, else from `provider`. Redis down costs only the
 * provider's time.
 * @throws Problem `flight.not_sellable`, and when the provider fails `flight.provider`, `flight.busy` or `flight.timeout`
 */
export async function search(provider: FareProvider, query: unknown, at: Date, ask = alone): Promise<Result> {
  const question = v.parse(Query, query);
  const criteria = criteriaOf(question);
  await checkDates(question, at, "#");
  const { freshness, known } = await find(provider, criteria, at, ask);
  const { items, nextCursor } = Filter.select(known.offers, question);
  const { status, searchedAt, providers } = known;
  const told = items.map((offer) => shown(offer, identify(criteria, offer)));
  return { status, searchedAt, providers, freshness, items: told, nextCursor };
}

/** What is stored for each of the criteria, however old: one request to Redis for all. */
export async function known(provider: FareProvider, criteria: Criteria[]): Promise<(Known | undefined)[]> {
  const questions = batch();
  const stored = criteria.map((each) => orElse(questions.get(keyOf(provider.name, each)), null));
  await questions.send();
  return (await Promise.all(stored)).map((packed) => (packed === null ? undefined : unpack(packed)));
}

type Found = { freshness: Result["freshness"]; known: Known };

async function find(provider: FareProvider, criteria: Criteria, at: Date, ask: Ask): Promise<Found> {
  const key = keyOf(provider.name, criteria);
  const stored = await ask((questions) => questions.get(key), criteria);
  const kept = stored ? unpack(stored) : undefined;
  if (kept && at.toISOString() < kept.freshUntil) return { known: kept, freshness: "cached" };
  const signal = AbortSignal.timeout(patience);
  const answer = await provider.search(criteria, at, { signal });
  const { status } = answer;
  if (status === "provider_error" || status === "rate_limited") throw failed(status, signal.aborted);
  const until = freshUntil(answer, criteria, at).toISOString();
  const providers = answer.providers ?? [{ name: provider.name, status }];
  const known: Known = { status, searchedAt: at.toISOString(), freshUntil: until, offers: answer.offers, providers };
  await orElse(redis.set(key, pack(known), { ex: 86_400 }), null);
  return { known, freshness: "fresh" };
}

function failed(status: "provider_error" | "rate_limited", timedOut: boolean): Problem {
  if (timedOut) return new Problem("upstream", "flight.timeout", "The airlines took too long to answer.");
  return status === "rate_limited"
    ? new Problem("upstream", "flight.busy", "The airlines are asked too much just now.", { retryAfter: 60 })
    : new Problem("upstream", "flight.provider", "The airlines do not answer just now.", { retryAfter: 30 });
}
