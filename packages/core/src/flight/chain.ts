import { setTimeout as wait } from "node:timers/promises";
import { ask, type Heard } from "./chain/ask.ts";
import { createGate } from "./chain/gate.ts";
import { failure, hasOffers, refused, sum } from "./chain/merge.ts";
import type { Criteria } from "./criteria.ts";
import type { Answer, Call, ConfirmingProvider } from "./provider.ts";

/**
 * How several providers are asked. `failover`: the next when one fails, is silent for `patience`, or may not be asked.
 * `hedge`: the next as well when there was no answer for `hedgeAfter`; the first with offers answers, the others are
 * dropped; where nobody waits, as `failover`. `merge`: all at once, and their offers joined.
 */
export type Mode = "failover" | "hedge" | "merge";

export type Options = {
  mode?: Mode;
  /** Milliseconds. */
  patience?: number;
  hedgeAfter?: number;
  /** Calls a month (UTC), by provider; those of one without cost nothing. */
  budgets?: Record<string, number | null>;
  clock?: () => Date;
};

/**
 * Several providers as one, in the order of preference; each is asked as its gate allows, whose state all processes share
 * (docs/flights.md, "Who is asked"). A call ends with its signal, whatever providers do. When none has an answer the
 * status is `rate_limited` if one was asked too often already and none failed, else `provider_error`.
 */
export function chain(
  providers: readonly [ConfirmingProvider, ...ConfirmingProvider[]],
  options: Options = {},
): ConfirmingProvider {
  const { mode = "failover", patience = 15_000, hedgeAfter = 2_000, budgets = {}, clock = () => new Date() } = options;
  const gate = createGate(
    providers.map(({ name }) => ({ name, budget: budgets[name] ?? null })),
    clock,
  );

  /** One provider's answer; offers in another currency than was asked for are none. */
  async function hear(
    provider: ConfirmingProvider,
    criteria: Criteria,
    at: Date,
    call: Call,
    within?: number,
  ): Promise<Heard<Answer>> {
    const { name, currencies } = provider;
    if (currencies && !currencies.has(criteria.currency)) return { name, refusal: { refused: "unable" } };
    return ask(
      gate,
      name,
      call,
      async (inner) => {
        const answer = await provider.search(criteria, at, inner);
        const foreign = answer.offers.some(({ currency }) => currency !== criteria.currency);
        return foreign ? { ...answer, status: "provider_error", offers: [] } : answer;
      },
      within,
    );
  }

  const modes: Record<Mode, (criteria: Criteria, at: Date, call: Call) => Promise<Heard<Answer>[]>> = {
    async failover(criteria, at, call) {
      const heard: Heard<Answer>[] = [];
      for (const [index, provider] of providers.entries()) {
        const within = index < providers.length - 1 ? patience : undefined;
        heard.push(await hear(provider, criteria, at, call, within));
        if (heard.some(answered)) break;
      }
      return heard;
    },

    async hedge(criteria, at, call) {
      const heard: Heard<Answer>[] = [];
      const stop = new AbortController();
      const end = () => stop.abort(call.signal?.reason);
      call.signal?.addEventListener("abort", end, { once: true });
      if (call.signal?.aborted) end();
      const waiting = [...providers];
      const open = new Set<Promise<void>>();
      while (!heard.some(hasOffers) && (open.size > 0 || (waiting.length > 0 && !heard.some(answered)))) {
        const next = heard.some(answered) ? undefined : waiting.shift();
        if (next) {
          const asked: Promise<void> = hear(next, criteria, at, { ...call, signal: stop.signal })
            .then((one) => void heard.push(one))
            .finally(() => open.delete(asked));
          open.add(asked);
        }
        await quiet(open, waiting.length > 0 ? hedgeAfter : undefined);
      }
      const first = heard.slice();
      stop.abort();
      await Promise.all(open);
      call.signal?.removeEventListener("abort", end);
      return first;
    },

    merge: (criteria, at, call) => Promise.all(providers.map((provider) => hear(provider, criteria, at, call))),
  };

  const known = providers.map(({ currencies }) => currencies);
  const spoken = known.every((each) => each !== undefined) ? new Set(known.flatMap((each) => [...each])) : undefined;
  return {
    name: providers.map(({ name }) => name).join("+"),
    ...(spoken ? { currencies: spoken } : {}),

    async search(criteria, at, call = {}) {
      const patient = mode === "hedge" && call.purpose === "background";
      return sum(await modes[patient ? "failover" : mode](criteria, at, call), mode === "merge");
    },

    async confirm(criteria, offer, at, call = {}) {
      const seller = providers.find(({ name }) => name === offer.provider);
      if (!seller) return { status: "gone" };
      const heard = await ask(gate, seller.name, call, (inner) => seller.confirm(criteria, offer, at, inner));
      return "answer" in heard ? heard.answer : failure(refused(heard.refusal));
    },
  };
}

function answered(heard: Heard<Answer>): boolean {
  return "answer" in heard && (heard.answer.status === "no_results" || heard.answer.offers.length > 0);
}

/** Until one of them is done, or so many milliseconds have passed. */
async function quiet(open: Set<Promise<void>>, within: number | undefined): Promise<void> {
  const quit = new AbortController();
  const timer = within === undefined ? [] : [wait(within, undefined, quit).catch(() => undefined)];
  await Promise.race([...open, ...timer]);
  quit.abort();
}
