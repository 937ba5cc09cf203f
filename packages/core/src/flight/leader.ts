import { orFallback } from "../base/cache.ts";
import { describeError, logger } from "../base/log.ts";
import { failed } from "./failure.ts";
import { type Asked, now, type Sight, within } from "./lookup.ts";
import { hold } from "./memory.ts";
import { inPostgres } from "./postgres.ts";
import type { Answer, Call } from "./provider.ts";
import { type Fault, fault, freshUntil, limits, pack, type StoredAnswer } from "./record.ts";
import type { Store } from "./store.ts";

/** `fresh`: asked of the providers while this search waited; `cached`: not long ago; `stale`: longer ago than one would like. */
export type Found = { known: StoredAnswer; freshness: "fresh" | "cached" | "stale" };

export type Lead = typeof lead;

/**
 * Asks the providers on behalf of all who wait, and stores what they say before it is told. What was known before stands
 * in when they fail, which all who ask meanwhile are told of, unless `telling` is off.
 * @throws Problem `flight.provider`, `flight.busy` or `flight.timeout` when they fail and nothing was known
 */
export async function lead(asked: Asked, sight: Sight, purpose: Call["purpose"], telling = true): Promise<Found> {
  const { ends, times } = asked;
  const { store, token } = sight;
  // A tenth is left for storing the answer, and for the way back.
  const given = ends - performance.now() - times.patience / 10;
  const answer = await renewed(store, asked, token, () => answered(asked, given, purpose));
  // Who took over late had little time to give: that says nothing of the providers.
  if (answer === "timeout") return instead(asked, sight, answer, telling && given > times.patience / 2);
  const { status } = answer;
  if (status === "provider_error" || status === "rate_limited") return instead(asked, sight, status, telling);
  return { known: await keep(asked, sight, status, answer), freshness: "fresh" };
}

/** What there is in place of an answer. A failure that says something of the providers is told to all who wait. */
async function instead(asked: Asked, { store, token, known }: Sight, why: Fault["why"], telling: boolean) {
  const { key } = asked.question;
  const told = telling ? store?.fail(key, token, fault(why, now(asked))) : store?.release(key, token);
  if (told) await orFallback(told, null);
  if (!known) throw failed(why);
  return { known, freshness: "stale" } satisfies Found;
}

async function keep({ question, at }: Asked, { store, token }: Sight, status: StoredAnswer["status"], answer: Answer) {
  const { key, criteria, provider } = question;
  const known: StoredAnswer = {
    status,
    searchedAt: at.toISOString(),
    freshUntil: freshUntil(key, answer, criteria, at).toISOString(),
    offers: answer.offers.slice(0, limits.offers),
    providers: answer.providers ?? [{ name: provider.name, status }],
  };
  const body = pack(known);
  await Promise.all([
    store && !store.lasting && orFallback(store.keep(question, token, known, body), null),
    within(2_000, inPostgres.keep(question, token, known, body)),
  ]);
  return hold(key, known);
}

/** Keeps the lease while `work` goes on. A renewal that fails is made up for by the next. */
async function renewed<T>(store: Store | undefined, { question, times }: Asked, token: string, work: () => Promise<T>) {
  const renew = () => store && orFallback(store.renew(question.key, token, times.lease), undefined);
  const beat = setInterval(renew, times.lease / 3);
  return work().finally(() => clearInterval(beat));
}

/** What the providers answer within `given` milliseconds. One that throws, or goes on when it is told to stop, has failed. */
async function answered(
  { question: { provider, criteria }, at }: Asked,
  given: number,
  purpose: Call["purpose"],
): Promise<Answer | "timeout"> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"timeout">((resolve) => {
    timer = setTimeout(() => {
      resolve("timeout");
      over.abort(new DOMException("The airlines took too long.", "TimeoutError"));
    }, given);
  });
  const answer = provider.search(criteria, at, { signal: over.signal, purpose }).catch((error): Answer => {
    logger.error("flight.provider", { provider: provider.name, error: describeError(error) });
    return { status: "provider_error", offers: [] };
  });
  return Promise.race([late, answer]).finally(() => clearTimeout(timer));
}
