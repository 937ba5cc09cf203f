import { env } from "../base/env.ts";
import type { GatedProvider } from "./chain/gate.ts";
import type { ConfirmingProvider } from "./provider.ts";

/** The configured providers. `budget` is the calls allowed per month; null for a provider with free calls. */
export const gatedProviders: [GatedProvider, ...GatedProvider[]] = env.DUFFEL_ACCESS_TOKEN
  ? [{ name: "duffel", budget: env.FLIGHT_BUDGET_DUFFEL ?? null }]
  : [{ name: "simulator", budget: null }];

let chainPromise: Promise<ConfirmingProvider> | undefined;

/**
 * The configured providers as one. Their code is loaded with the first call, as a search that is answered from the
 * cache needs none of it.
 */
export const configuredProvider: ConfirmingProvider = {
  name: gatedProviders.map(({ name }) => name).join("+"),
  ...(env.DUFFEL_ACCESS_TOKEN && env.DUFFEL_CURRENCY ? { currencies: new Set([env.DUFFEL_CURRENCY]) } : {}),
  search: async (...args) => (await loadChain()).search(...args),
  confirm: async (...args) => (await loadChain()).confirm(...args),
};

function loadChain(): Promise<ConfirmingProvider> {
  chainPromise ??= createChain();
  return chainPromise;
}

async function createChain(): Promise<ConfirmingProvider> {
  const [{ chain }, provider] = await Promise.all([import("./chain.ts"), createProvider()]);
  return chain([provider], {
    mode: env.FLIGHT_CHAIN,
    hedgeAfter: env.FLIGHT_HEDGE_AFTER,
    budgets: Object.fromEntries(gatedProviders.map(({ name, budget }) => [name, budget])),
  });
}

async function createProvider(): Promise<ConfirmingProvider> {
  const { DUFFEL_ACCESS_TOKEN: token, DUFFEL_URL: url, DUFFEL_CURRENCY: currency } = env;
  if (token === undefined) return (await import("./simulator.ts")).simulator;
  return (await import("./duffel.ts")).duffel({ url, token, ...(currency ? { currency } : {}) });
}
