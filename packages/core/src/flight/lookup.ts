import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { type Batch, orFallback } from "../base/cache.ts";
import type { Criteria } from "./criteria.ts";
import { held, hold } from "./memory.ts";
import { type Question, type StoredAnswer, unpack } from "./record.ts";
import { inRedis, look, type Seen, type Store } from "./store.ts";

/**
 * In milliseconds: a leader that has not renewed its lease for so long is lost; so long after it was asked a search has an
 * answer (API Gateway hangs up after 30 s); who waits for a leader looks again after `pause`, then less and less often.
 */
export const usual = { lease: 5_000, patience: 25_000, pause: 100 };
export type Times = typeof usual;

/** A question at a moment; when that was, and when its asker must have an answer, by `performance.now()`. */
export type Asked = { question: Question; at: Date; began: number; ends: number; times: Times };

/** What the clock by which `at` was said shows by now. */
export function now({ at, began }: Asked): Date {
  return new Date(at.getTime() + performance.now() - began);
}

/** What a look found: in which store, if one answers, and by which token a lease there goes. */
export type Sight = Omit<Seen, "version"> & {
  known: StoredAnswer | undefined;
  store: Store | undefined;
  token: string;
};

/**
 * How a question of one's own is put to Redis: by `put` it joins whatever else leaves in the same request, and with
 * `criteria` it is a search that is recorded. Resolves to undefined where Redis does not answer.
 */
export type AskRedis = <T>(put: (questions: Batch) => Promise<T>, criteria?: Criteria) => Promise<T | undefined>;

type How = { ask?: AskRedis | undefined; token?: string; inherits?: string };

/** Looks for the answer in Redis, in its absence in Postgres; with neither, nobody keeps this process from asking itself. */
export async function see({ question, at, times }: Asked, how: How = {}): Promise<Sight> {
  const { key, criteria } = question;
  const { ask, token = randomUUID(), inherits = "" } = how;
  const kept = held(key);
  const given = { key, token, lease: times.lease, at, inherits, held: kept?.searchedAt ?? "" };
  const inOne = ask ? ask((questions) => look(questions, given), criteria) : orFallback(inRedis.look(given), undefined);
  const seen = await inOne;
  if (seen) return { ...seen, known: read(key, seen, kept), store: inRedis, token };
  const { inPostgres } = await import("./postgres.ts");
  const found = await within(2_000, inPostgres.look(given));
  if (found) return { ...found, known: read(key, found, kept), store: inPostgres, token };
  return { leads: true, known: undefined, fault: undefined, store: undefined, token };
}

/** Postgres helps where it can; it is not waited for longer than this, in milliseconds, nor does a search fail with it. */
export async function within<T>(limit: number, answer: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  const late = wait(limit, undefined, { signal: over.signal }).catch(() => undefined);
  return Promise.race([answer.catch(() => undefined), late]).finally(() => over.abort());
}

function read(key: string, { version }: Seen, kept: StoredAnswer | undefined): StoredAnswer | undefined {
  if (!version) return undefined;
  const { body, ...times } = version;
  return body === null ? kept : hold(key, unpack({ ...times, body }));
}
