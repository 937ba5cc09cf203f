import { setTimeout as wait } from "node:timers/promises";
import { productNow, realNow } from "../base/time.ts";
import { callThroughGate, type GatedResult } from "./chain/ask.ts";
import { createGate } from "./chain/gate.ts";
import { failure, hasOffers, mergeAnswers, toFault } from "./chain/merge.ts";
import { holdToQuestion } from "./chain/question.ts";
import type { Criteria } from "./criteria.ts";
import type { Answer, Call, ConfirmingProvider } from "./provider.ts";

/**
 * How several providers are asked. `failover`: the next one when one fails or may not be asked, and the next one as
 * well when there is no answer within `patience`; the first answer counts. `hedge`: the next one as well when there is
 * no answer after `hedgeAfter`; the first answer with offers counts. The others are aborted. Background calls use
 * `failover` instead of `hedge`. `merge`: all at once, with their offers joined.
 */
export type Mode = "failover" | "hedge" | "merge";

export type Options = {
  mode?: Mode;
  /** Milliseconds. A provider that had this long and did not answer has failed. */
  patience?: number;
  hedgeAfter?: number;
  /** The most calls a month (UTC), by provider; null for a provider whose calls cost nothing. */
  budgets?: Record<string, number | null>;
  /** Product time, by which budgets, rates and breakers are reckoned; in tests another one. */
  clock?: () => Date;
};

/**
 * Combines several providers into one, in order of preference. Each is asked as its gate allows; all processes share
 * the gates' state (docs/flights.md, "Who is asked"). Offers that do not fit the question are left out. A call ends
 * with its signal, even if a provider ignores it. When no provider has an answer, the status is `rate_limited` if a
 * rate was exhausted and none failed, and `provider_error` otherwise.
 */
export function chain(
  sellers: readonly [ConfirmingProvider, ...ConfirmingProvider[]],
  options: Options = {},
): ConfirmingProvider {
  const { mode = "failover", patience = 15_000, hedgeAfter = 2_000, budgets = {}, clock = productNow } = options;
  const providers = sellers.map(holdToQuestion);
  const gate = createGate(
    providers.map(({ name }) => ({ name, budget: budgets[name] ?? null })),
    clock,
    options.clock ?? realNow,
  );

  async function hear(
    provider: ConfirmingProvider,
    criteria: Criteria,
    at: Date,
    call: Call,
  ): Promise<GatedResult<Answer>> {
    const { name, currencies } = provider;
    if (currencies && !currencies.has(criteria.currency)) return { name, refusal: { refused: "unable" } };
    return callThroughGate(gate, name, call, patience, (inner) => provider.search(criteria, at, inner));
  }

  /** Asks one provider after another until an answer is enough: the next one when all before failed, or `afterMs` on. */
  async function askInTurn(
    [criteria, at, call]: [Criteria, Date, Call],
    afterMs: number,
    isEnough: (heard: GatedResult<Answer>) => boolean,
  ): Promise<{ inTime: GatedResult<Answer>[]; all: GatedResult<Answer>[] }> {
    const heard: GatedResult<Answer>[] = [];
    const stop = new AbortController();
    const end = () => stop.abort(call.signal?.reason);
    call.signal?.addEventListener("abort", end, { once: true });
    if (call.signal?.aborted) end();
    const waiting = [...providers];
    const open = new Set<Promise<void>>();
    while (!heard.some(isEnough) && (open.size > 0 || (waiting.length > 0 && !heard.some(hasAnswer)))) {
      const next = heard.some(hasAnswer) ? undefined : waiting.shift();
      if (next) {
        const asked: Promise<void> = hear(next, criteria, at, { ...call, signal: stop.signal })
          .then((one) => void heard.push(one))
          .finally(() => open.delete(asked));
        open.add(asked);
      }
      await waitForAny(open, waiting.length > 0 ? afterMs : undefined);
    }
    const inTime = heard.length;
    stop.abort();
    await Promise.all(open);
    call.signal?.removeEventListener("abort", end);
    return { inTime: heard.slice(0, inTime), all: heard };
  }

  const modes: Record<Mode, (...question: [Criteria, Date, Call]) => Promise<GatedResult<Answer>[]>> = {
    async failover(...question) {
      const { all } = await askInTurn(question, patience, hasAnswer);
      return providers.flatMap(({ name }) => all.filter((heard) => heard.name === name));
    },
    // One that was only slower than another has not failed.
    hedge: async (...question) => (await askInTurn(question, hedgeAfter, hasOffers)).inTime,
    merge: (criteria, at, call) => Promise.all(providers.map((provider) => hear(provider, criteria, at, call))),
  };

  const known = providers.map(({ currencies }) => currencies);
  const spoken = known.every((each) => each !== undefined) ? new Set(known.flatMap((each) => [...each])) : undefined;
  return {
    name: providers.map(({ name }) => name).join("+"),
    ...(spoken ? { currencies: spoken } : {}),

    async search(criteria, at, call = {}) {
      const patient = mode === "hedge" && (call.purpose === "background" || call.once);
      return mergeAnswers(await modes[patient ? "failover" : mode](criteria, at, call), mode === "merge");
    },

    async confirm(criteria, offer, at, call = {}) {
      const seller = providers.find(({ name }) => name === offer.provider);
      if (!seller) return { status: "gone" };
      const heard = await callThroughGate(gate, seller.name, { ...call, confirms: true }, patience, (inner) =>
        seller.confirm(criteria, offer, at, inner),
      );
      return "answer" in heard ? heard.answer : failure(toFault(heard.refusal));
    },
  };
}

function hasAnswer(heard: GatedResult<Answer>): boolean {
  return "answer" in heard && (heard.answer.status === "no_results" || heard.answer.offers.length > 0);
}

/** Waits until one of them is done, or the time has passed. */
async function waitForAny(open: Set<Promise<void>>, within: number | undefined): Promise<void> {
  const quit = new AbortController();
  const timer = within === undefined ? [] : [wait(within, undefined, quit).catch(() => undefined)];
  await Promise.race([...open, ...timer]);
  quit.abort();
}
