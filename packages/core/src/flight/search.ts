import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as v from "valibot";
import { orElse, redis } from "../cache.ts";
import { Problem } from "../error.ts";
import { type Criteria, consistent, fields } from "./criteria.ts";
import * as Filter from "./filter.ts";
import { identify } from "./identity.ts";
import { Info, shown } from "./offer.ts";
import type { Answer, FareProvider } from "./provider.ts";
import { checkDates } from "./sellable.ts";

/** What is asked of the providers, and what of their answer is wanted. */
export const Query = consistent(v.strictObject({ ...fields, ...Filter.entries }));
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

const minute = 60_000;
/** API Gateway hangs up after 30 s; what is left is for the cache and the way back. */
const patience = 25_000;

/** Answers null for what is not stored, or when Redis does not answer. */
export type Ask = (key: string) => Promise<string | null>;
const alone: Ask = (key) => orElse(redis.get<string>(key), null);

/**
 * Offers for a search at `at`, from Redis while they are fresh, else from `provider`. Redis down costs only the
 * provider's time.
 * @throws Problem `flight.not_sellable`, and when the provider fails `flight.provider`, `flight.busy` or `flight.timeout`
 */
export async function search(provider: FareProvider, query: unknown, at: Date, ask = alone): Promise<Result> {
  const { limit, cursor, ...criteria } = v.parse(Query, query);
  await checkDates(criteria, at, "#");
  const found = await find(provider, criteria, at, ask);
  return { ...found, ...Filter.select(found.items, { limit, cursor }) };
}

async function find(provider: FareProvider, criteria: Criteria, at: Date, ask: Ask): Promise<Found> {
  const key = keyOf(provider.name, criteria);
  const stored = await ask(key);
  const known = stored === null ? undefined : unpacked(stored);
  if (known && fresh(known, at)) return { ...known, freshness: "cached" };
  const signal = AbortSignal.timeout(patience);
  const answer = await provider.search(criteria, at, { signal });
  const { status } = answer;
  if (status === "provider_error" || status === "rate_limited") throw failed(status, signal.aborted);
  const items = answer.offers.map((offer) => shown(offer, identify(criteria, offer)));
  const providers = answer.providers ?? [{ name: provider.name, status }];
  const found = { items, status, searchedAt: at.toISOString(), providers };
  const seconds = lifetime(answer, criteria, at);
  if (seconds > 0) await orElse(redis.set(key, packed(found), { ex: seconds }), null);
  return { ...found, freshness: "fresh" };
}

/** The same question has the same key, however it was written. */
function keyOf(provider: string, criteria: Criteria): string {
  const fields = Object.entries({ ...criteria, provider }).sort(([a], [b]) => (a < b ? -1 : 1));
  return `flight:1:${createHash("sha256").update(JSON.stringify(fields)).digest("base64url")}`;
}

type Stored = Omit<Result, "freshness" | "nextCursor">;
type Found = Omit<Result, "nextCursor">;

/** Thirty offers say the same names over and over: packed, they are a tenth as long. */
function packed(found: Stored): string {
  return deflateRawSync(JSON.stringify(found)).toString("base64");
}

function unpacked(stored: string): Stored {
  return JSON.parse(inflateRawSync(Buffer.from(stored, "base64")).toString()) as Stored;
}

/** Clocks differ, and `at` need not be now: what has expired by `at`, or was found after it, is not an answer. */
function fresh({ items, searchedAt }: Stored, at: Date): boolean {
  const now = at.toISOString();
  return searchedAt <= now && items.every(({ expiresAt }) => expiresAt > now);
}

/** Seconds: ten minutes and one for each day to departure, an hour at most, and never past an offer's end. */
function lifetime({ status, offers }: Answer, { departureDate }: Criteria, at: Date): number {
  if (status === "no_results") return 120;
  if (status !== "ok") return 0;
  const days = Math.max(0, (Date.parse(departureDate) - at.getTime()) / (24 * 60 * minute));
  const ends = offers.map(({ expiresAt }) => Date.parse(expiresAt) - at.getTime());
  return Math.floor(Math.min(Math.min(10 + days, 60) * minute, ...ends) / 1000);
}

function failed(status: "provider_error" | "rate_limited", timedOut: boolean): Problem {
  if (timedOut) return new Problem("upstream", "flight.timeout", "The airlines took too long to answer.");
  return status === "rate_limited"
    ? new Problem("upstream", "flight.busy", "The airlines are asked too much just now.", { retryAfter: 60 })
    : new Problem("upstream", "flight.provider", "The airlines do not answer just now.", { retryAfter: 30 });
}
