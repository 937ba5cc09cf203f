import { orFallback } from "../base/cache.ts";
import type { Problem } from "../base/error.ts";
import { describeError, logger } from "../base/log.ts";
import { waitAtMost } from "../base/wait.ts";
import { OverShare, toProblem } from "./failure.ts";
import { type Lookup, now, type PendingSearch } from "./lookup.ts";
import { writeMemory } from "./memory.ts";
import { inPostgres } from "./postgres.ts";
import type { Answer, Call } from "./provider.ts";
import { type Failure, failureAt, freshUntil, limits, pack, type StoredAnswer } from "./record.ts";

/**
 * An answer and how it was found. `fresh`: the providers were asked while this search waited. `cached`: they were asked
 * before, and the answer is still fresh. `stale`: the answer is no longer fresh.
 */
export type Found = { answer: StoredAnswer; freshness: "fresh" | "cached" | "stale" };

export type AskProviders = typeof askProviders;

/**
 * Asks the providers as the leader, and stores their answer before returning it. If they fail, returns the stored
 * answer as stale and stores the failure, so that followers learn of it, unless `saveFailure` is false.
 * @throws Problem `flight.provider`, `flight.busy` or `flight.timeout` if they fail and nothing is stored, OverShare if
 * the caller has no calls left today
 */
export async function askProviders(
  search: PendingSearch,
  lookup: Lookup,
  { once = false, saveFailure = true } = {},
): Promise<Found> {
  const { deadline, times } = search;
  // A tenth of the time is kept for storing the answer and for returning it.
  const limitMs = deadline - performance.now() - times.timeoutMs / 10;
  const result = await renewingLease(lookup, search, () => callProvider(search, limitMs, once));
  if (result === "timeout") {
    // A late leader gave the providers little time: that they did not answer then does not mean that they are down.
    return answerOnFailure(search, lookup, result, saveFailure && limitMs > times.timeoutMs / 2);
  }
  if (result.overShare) {
    // Another caller may lead, and no failure is stored: others have calls of their own left.
    const ended = lookup.store?.endLease(search.question.key, lookup.token);
    return answerStored(lookup, ended, () => new OverShare(result.rate?.resetsAt, now(search)));
  }
  const { status } = result;
  if (status === "provider_error" || status === "rate_limited") {
    return answerOnFailure(search, lookup, status, saveFailure);
  }
  return { answer: await saveAnswer(search, lookup, status, result), freshness: "fresh" };
}

/** Ends the lease, storing the failure if `saveFailure`; returns the stored answer as stale, or throws without one. */
async function answerOnFailure(search: PendingSearch, lookup: Lookup, reason: Failure["reason"], saveFailure: boolean) {
  const { store, token } = lookup;
  const { key } = search.question;
  const ended = saveFailure
    ? store?.saveFailure(key, token, failureAt(now(search), reason))
    : store?.endLease(key, token);
  return answerStored(lookup, ended, () => toProblem(reason));
}

/** Waits until the lease has ended; returns the stored answer as stale, or throws the problem without one. */
async function answerStored(
  { stored }: Lookup,
  ended: Promise<unknown> | undefined,
  problem: () => Problem,
): Promise<Found> {
  if (ended) await orFallback(ended, null);
  if (!stored) throw problem();
  return { answer: stored, freshness: "stale" };
}

/** Stores the providers' answer in Postgres, in Redis if that answered the look-up, and in memory. */
async function saveAnswer(
  { question, at, startedAt }: PendingSearch,
  { store, token }: Lookup,
  status: StoredAnswer["status"],
  result: Answer,
) {
  const { key, criteria, provider } = question;
  const answer: StoredAnswer = {
    status,
    searchedAt: at.toISOString(),
    freshUntil: freshUntil(key, result, criteria, at).toISOString(),
    offers: result.offers.slice(0, limits.offers),
    providers: result.providers ?? [{ name: provider.name, status }],
    tookMs: Math.round(performance.now() - startedAt),
  };
  const body = pack(answer);
  await Promise.all([
    store && !store.durable && orFallback(store.saveAnswer(question, token, answer, body), null),
    waitAtMost(2_000, inPostgres.saveAnswer(question, token, answer, body)),
  ]);
  return writeMemory(key, answer);
}

/** Renews the lease while `work` runs. If a renewal fails, the next one makes up for it. */
async function renewingLease<T>({ store, token }: Lookup, { question, times }: PendingSearch, work: () => Promise<T>) {
  const renew = () => store && orFallback(store.renewLease(question.key, token, times.leaseMs), undefined);
  const timer = setInterval(renew, times.leaseMs / 3);
  return work().finally(() => clearInterval(timer));
}

/**
 * Returns the providers' answer, or "timeout" after `limitMs` milliseconds. A provider that throws counts
 * as failed; one that goes on after its signal was aborted is not waited for.
 */
async function callProvider(
  { question: { provider, criteria }, at, payer }: PendingSearch,
  limitMs: number,
  once: boolean,
): Promise<Answer | "timeout"> {
  const call: Call = { purpose: "person", once, withinMs: Math.max(0, Math.floor(limitMs)), payer: await payer?.() };
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"timeout">((resolve) => {
    timer = setTimeout(() => {
      resolve("timeout");
      abort.abort(new DOMException("The airlines took too long.", "TimeoutError"));
    }, limitMs);
  });
  const answer = provider.search(criteria, at, { ...call, signal: abort.signal }).catch((error): Answer => {
    logger.error("flight.provider", { provider: provider.name, error: describeError(error) });
    return { status: "provider_error", offers: [] };
  });
  return Promise.race([late, answer]).finally(() => clearTimeout(timer));
}
