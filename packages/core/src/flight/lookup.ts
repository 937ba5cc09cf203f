import { randomUUID } from "node:crypto";
import { type Batch, orFallback } from "../base/cache.ts";
import { waitAtMost } from "../base/wait.ts";
import type { Criteria } from "./criteria.ts";
import { readMemory, writeMemory } from "./memory.ts";
import type { Payer } from "./payer.ts";
import { type Question, reportUnreadable, type StoredAnswer, unpack } from "./record.ts";
import { inRedis, lookUpInBatch, type Store, type StoreReply } from "./store.ts";

/**
 * Milliseconds. A leader that has not renewed its lease for `leaseMs` is lost. A search is answered within `timeoutMs`
 * (API Gateway hangs up after 30 s). A follower looks again after `pollMs`, then less and less often.
 */
export const defaultTimes = { leaseMs: 5_000, timeoutMs: 25_000, pollMs: 100 };
export type Times = typeof defaultTimes;

/**
 * A question that was asked at `at`. By `performance.now()` that was at `startedAt`, and the answer is due by
 * `deadline`.
 */
export type PendingSearch = {
  question: Question;
  at: Date;
  startedAt: number;
  deadline: number;
  times: Times;
  payer: Caller["payer"];
};

/** The present time, by the clock that `at` was read from. */
export function now({ at, startedAt }: PendingSearch): Date {
  return new Date(at.getTime() + performance.now() - startedAt);
}

/**
 * The result of a look-up: the reply of `store`, which is undefined if neither store answers, and the lease's token.
 */
export type Lookup = Omit<StoreReply, "packed"> & {
  stored: StoredAnswer | undefined;
  store: Store | undefined;
  token: string;
};

/**
 * Sends Redis commands in the one request that also carries the caller's other commands, such as the session look-up
 * and the rate limit. `addCommands` must add its commands to the batch before its first `await`. With `criteria`, the
 * same request records a search for each of them. Resolves to the result of `addCommands`, or to undefined if Redis does not
 * answer.
 */
export type AskRedis = <T>(
  addCommands: (batch: Batch) => Promise<T>,
  criteria?: Criteria | Criteria[],
) => Promise<T | undefined>;

/**
 * The caller of a search: how to send its Redis commands, and the account or address that its provider calls are
 * counted against. That is found out only when a provider is asked.
 */
export type Caller = { askRedis?: AskRedis | undefined; payer?: (() => Promise<Payer | undefined>) | undefined };

type Options = { askRedis?: AskRedis | undefined; token?: string; previousToken?: string };

/**
 * Looks for the answer in Redis, and in Postgres if Redis does not answer. If neither answers, the caller leads: no
 * store can keep it from asking the providers. A stored answer that cannot be read is a miss: it is deleted, and the
 * store is asked once more.
 */
export async function lookUp(search: PendingSearch, options: Options = {}): Promise<Lookup> {
  const lookup = await lookUpOnce(search, options);
  const { store, unreadable, token, searchedAt = "" } = lookup;
  if (!unreadable || !store) return lookup;
  const { key } = search.question;
  await waitAtMost(
    2_000,
    store.discard(key, searchedAt).then(() => true),
  );
  return lookUpOnce(search, { token, previousToken: options.previousToken ?? "" });
}

async function lookUpOnce(
  { question, at, times }: PendingSearch,
  options: Options,
): Promise<Lookup & { searchedAt?: string }> {
  const { key, criteria } = question;
  const { askRedis, token = randomUUID(), previousToken = "" } = options;
  const cached = readMemory(key);
  const request = { key, token, leaseMs: times.leaseMs, at, previousToken, inMemory: cached?.searchedAt ?? "" };
  const reply = await (askRedis
    ? askRedis((batch) => lookUpInBatch(batch, request), criteria)
    : orFallback(inRedis.lookUp(request), undefined));
  if (reply) return { ...readReply(key, reply, cached), store: inRedis, token };
  const { inPostgres } = await import("./postgres.ts");
  const copy = await waitAtMost(2_000, inPostgres.lookUp(request));
  if (copy) return { ...readReply(key, copy, cached), store: inPostgres, token };
  return { leads: true, stored: undefined, failure: undefined, store: undefined, token };
}

function readReply(key: string, { packed, unreadable, ...reply }: StoreReply, cached: StoredAnswer | undefined) {
  if (unreadable) reportUnreadable("failure");
  if (!packed) return { ...reply, stored: undefined, unreadable: unreadable === true };
  const { body, ...times } = packed;
  const isHeld = cached?.searchedAt === times.searchedAt;
  const stored = body === null ? (isHeld ? cached : undefined) : unpack({ ...times, body });
  if (stored && body !== null) writeMemory(key, stored);
  return { ...reply, stored, unreadable: unreadable === true || !stored, searchedAt: times.searchedAt };
}
