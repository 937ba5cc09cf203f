import { setTimeout as wait } from "node:timers/promises";
import { orFallback } from "../base/cache.ts";
import { msPerDay } from "../base/day.ts";
import { Problem } from "../base/error.ts";
import { waitAtMost } from "../base/wait.ts";
import { OverShare, toProblem } from "./failure.ts";
import type { AskProviders, Found } from "./leader.ts";
import { type Caller, defaultTimes, type Lookup, lookUp, now, type PendingSearch, type Times } from "./lookup.ts";
import type { Payer } from "./payer.ts";
import { inForce, isFresh, pack, type Question, type StoredAnswer } from "./record.ts";
import type { queueRefresh } from "./ticket.ts";

// A stored answer needs none of these modules, so they are loaded on first use.
const askProviders: AskProviders = async (...args) => (await import("./leader.ts")).askProviders(...args);
const copyOf = async (key: string) => (await import("./postgres.ts")).copyOf(key);
const leaveTicket = async (...args: Parameters<typeof queueRefresh>) =>
  (await import("./ticket.ts")).queueRefresh(...args);

/** An answer up to this age is shown while it is refreshed; an older one only while the providers fail. */

/** Work in progress in this process, by key: searches for the same question share it. */
const lookups = new Map<string, Promise<Lookup>>();
const leaders = new Map<string, Promise<Found>>();
const followers = new Map<string, Promise<Found>>();

/**
 * Answers `question` at `at`: with the stored answer while it is fresh or being refreshed (stale-while-revalidate),
 * else with the providers' answer. Of all searches for the question, in this process and others, one leader asks the
 * providers; the followers wait for its answer.
 * @throws Problem `flight.provider`, `flight.busy` or `flight.timeout` if the providers fail and nothing is stored
 */
export async function find(
  question: Question,
  at: Date,
  { askRedis, payer }: Caller = {},
  times: Times = defaultTimes,
): Promise<Found> {
  const search = startSearch(question, at, times, payer);
  const lookup = askRedis ? lookUp(search, { askRedis }) : joinOrStart(lookups, question.key, () => lookUp(search));
  return answerFrom(search, await lookup);
}

/**
 * Asks the providers for a newer answer and stores it, unless the answer is fresh again or another caller leads.
 * `token` is the token of the caller that found the answer stale and left its refresh to this one.
 * @throws Problem as `find`
 */
export async function refresh(
  question: Question,
  at: Date,
  { token, payer }: { token: string; payer?: Payer | undefined },
  times: Times = defaultTimes,
): Promise<void> {
  const search = startSearch(question, at, times, async () => payer);
  const lookup = await lookUp(search, { previousToken: token });
  if (lookup.leads) await askProviders(search, lookup, { once: true });
}

/**
 * Answers `question` at `at` within `timeoutMs` milliseconds, for a caller that can do without. Asks the providers if
 * the answer is not fresh, no failure is in force and no other caller leads. Otherwise, or if they fail, returns the
 * stored answer or undefined. A failure is not stored, as `timeoutMs` is too short to say that the providers are down.
 */
export async function searchWithin(
  question: Question,
  at: Date,
  timeoutMs: number,
  payer?: Caller["payer"],
): Promise<StoredAnswer | undefined> {
  const search = startSearch(question, at, { ...defaultTimes, timeoutMs }, payer);
  const lookup = await lookUp(search);
  if (!lookup.leads) return lookup.stored;
  try {
    return (await askProviders(search, lookup, { once: true, saveFailure: false })).answer;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return undefined;
  }
}

function startSearch(question: Question, at: Date, times: Times, payer: Caller["payer"]): PendingSearch {
  const startedAt = performance.now();
  return { question, at, times, startedAt, deadline: startedAt + times.timeoutMs, payer };
}

async function answerFrom(search: PendingSearch, lookup: Lookup): Promise<Found> {
  const { key } = search.question;
  const found = await answerFromStore(search, lookup);
  if (found) return found;
  if (lookup.leads) return joinOrStart(leaders, key, () => lead(search, lookup));
  const shared = leaders.get(key) ?? followers.get(key);
  if (!shared) return joinOrStart(followers, key, () => follow(search, lookup.token));
  // What another caller has used up is no reason to refuse this one.
  return shared.catch((error) => {
    if (!(error instanceof OverShare)) throw error;
    return follow(search, lookup.token);
  });
}

/** The answer that needs no provider. Undefined if the providers must be waited for. */
async function answerFromStore(
  { question, at, payer }: PendingSearch,
  { stored, failure, leads, token }: Lookup,
): Promise<Found | undefined> {
  if (stored && isFresh(stored, at)) return { answer: stored, freshness: "cached" };
  const failing = failure && inForce(failure, at);
  if (failing && !stored) throw toProblem(failure.reason);
  if (!stored || (!failing && at.getTime() - Date.parse(stored.searchedAt) >= msPerDay)) return undefined;
  if (leads) await leaveTicket(question, token, await payer?.());
  return { answer: stored, freshness: "stale" };
}

/**
 * Answers as the leader. If Redis has no answer, looks for a copy in Postgres first: that is cheaper than a provider.
 */
async function lead(search: PendingSearch, lookup: Lookup): Promise<Found> {
  const { question, at } = search;
  const { stored, store, token } = lookup;
  const copy = stored || !store || store.durable ? undefined : await waitAtMost(2_000, copyOf(question.key));
  if (!store || !copy) return askProviders(search, lookup);
  // An empty token ends no lease: the lease is kept for the refresh, unless the copy is still fresh.
  await orFallback(store.saveAnswer(question, isFresh(copy, at) ? token : "", copy, pack(copy)), undefined);
  const refilled = { ...lookup, stored: copy };
  return (await answerFromStore(search, refilled)) ?? askProviders(search, refilled);
}

/** Waits until the leader has stored an answer, and takes its place if it is lost. */
async function follow(start: PendingSearch, token: string): Promise<Found> {
  const { deadline, times } = start;
  for (let pollMs = times.pollMs; performance.now() < deadline; pollMs = Math.min(pollMs * 1.5, 10 * times.pollMs)) {
    await wait(Math.min(pollMs * (0.5 + Math.random()), deadline - performance.now()));
    const search = { ...start, at: now(start), startedAt: performance.now() };
    const lookup = await lookUp(search, { token });
    const found = await answerFromStore(search, lookup);
    if (found) return found.freshness === "cached" ? { ...found, freshness: "fresh" } : found;
    if (lookup.leads) return joinOrStart(leaders, search.question.key, () => lead(search, lookup));
  }
  throw toProblem("timeout");
}

function joinOrStart<T>(running: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const shared = running.get(key) ?? work().finally(() => running.delete(key));
  running.set(key, shared);
  return shared;
}
