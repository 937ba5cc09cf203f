import { env } from "../base/env.ts";
import type { Gated } from "./chain/gate.ts";
import type { ConfirmingProvider } from "./provider.ts";

/** Who is asked for fares, with the calls it may be asked a month; null where they cost nothing. */
export const gated: [Gated, ...Gated[]] = env.DUFFEL_ACCESS_TOKEN
  ? [{ name: "duffel", budget: env.FLIGHT_BUDGET_DUFFEL ?? null }]
  : [{ name: "simulator", budget: null }];

let made: Promise<ConfirmingProvider> | undefined;

/** All of them as one. What answers is loaded when it is first asked: a stored answer needs none of it. */
export const seller: ConfirmingProvider = {
  name: gated.map(({ name }) => name).join("+"),
  ...(env.DUFFEL_ACCESS_TOKEN && env.DUFFEL_CURRENCY ? { currencies: new Set([env.DUFFEL_CURRENCY]) } : {}),
  search: async (...question) => (await theChain()).search(...question),
  confirm: async (...question) => (await theChain()).confirm(...question),
};

function theChain(): Promise<ConfirmingProvider> {
  made ??= make();
  return made;
}

async function make(): Promise<ConfirmingProvider> {
  const [{ chain }, seller] = await Promise.all([import("./chain.ts"), first()]);
  return chain([seller], {
    mode: env.FLIGHT_CHAIN,
    hedgeAfter: env.FLIGHT_HEDGE_AFTER,
    budgets: Object.fromEntries(gated.map(({ name, budget }) => [name, budget])),
  });
}

async function first(): Promise<ConfirmingProvider> {
  const { DUFFEL_ACCESS_TOKEN: token, DUFFEL_URL: url, DUFFEL_CURRENCY: currency } = env;
  if (token === undefined) return (await import("./simulator.ts")).simulator;
  return (await import("./duffel.ts")).duffel({ url, token, ...(currency ? { currency } : {}) });
}
