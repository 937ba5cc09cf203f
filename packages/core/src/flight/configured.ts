import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import type { GatedProvider } from "./chain/gate.ts";
import type { ConfirmingProvider } from "./provider.ts";
import type { Seller } from "./seller.ts";
import { soldCurrencies, source } from "./source.ts";

/** The configured providers. `budget` is the calls allowed per month; null for a provider with free calls. */
export const gatedProviders: GatedProvider[] =
  source === null ? [] : [{ name: source, budget: source === "simulator" ? null : (env.FLIGHT_BUDGET_DUFFEL ?? null) }];

let chainPromise: Promise<ConfirmingProvider> | undefined;

/**
 * The configured providers as one, named by the source of their prices. Their code is loaded with the first call, as a
 * search that is answered from the cache needs none of it. Where none is configured, both verbs throw the Problem
 * `provider.missing`.
 */
export const configuredProvider: ConfirmingProvider = {
  name: source ?? "none",
  ...(soldCurrencies ? { currencies: soldCurrencies } : {}),
  search: async (...args) => (await loadChain()).search(...args),
  confirm: async (...args) => (await loadChain()).confirm(...args),
};

export const hasProvider = source !== null;

/** @throws Problem `provider.missing` */
export function requireProvider(): void {
  if (hasProvider) return;
  throw new Problem("upstream", "provider.missing", "No flights are sold here yet.", { retryAfter: 3_600 });
}

function loadChain(): Promise<ConfirmingProvider> {
  chainPromise ??= createChain();
  return chainPromise;
}

async function createChain(): Promise<ConfirmingProvider> {
  requireProvider();
  const [{ chain }, provider] = await Promise.all([import("./chain.ts"), createProvider()]);
  return chain([provider], {
    mode: env.FLIGHT_CHAIN,
    hedgeAfter: env.FLIGHT_HEDGE_AFTER,
    budgets: Object.fromEntries(gatedProviders.map(({ name, budget }) => [name, budget])),
  });
}

async function createProvider(): Promise<ConfirmingProvider> {
  const { DUFFEL_ACCESS_TOKEN: token, DUFFEL_URL: url, DUFFEL_CURRENCY: currency } = env;
  if (source === "simulator" || token === undefined) return (await import("./simulator.ts")).simulator;
  return (await import("./duffel.ts")).duffel({ url, token, ...(currency ? { currency } : {}) });
}

let sellerPromise: Promise<Seller> | undefined;

/** The seller of the configured provider's offers, which takes orders: the same object always. @throws Problem `provider.missing` */
export function configuredSeller(): Promise<Seller> {
  sellerPromise ??= createSeller();
  return sellerPromise;
}

async function createSeller(): Promise<Seller> {
  requireProvider();
  const { DUFFEL_ACCESS_TOKEN: token, DUFFEL_URL: url } = env;
  if (source === "simulator" || token === undefined) return (await import("./simulator/seller.ts")).simulatorSeller;
  return (await import("./duffel.ts")).duffelSeller({ url, token });
}
