import { env } from "../base/env.ts";

/** The settings that decide where prices come from. `stage` is set in the cloud. */
type Settings = { named?: "duffel" | "simulator" | undefined; token?: string | undefined; stage?: string | undefined };

/**
 * Returns the source of all prices, or null without a provider. A stage in the cloud sells the simulated market only
 * where it is named, so that a forgotten token does not sell flights that are not flown.
 */
export function sourceOf({ named, token, stage }: Settings): string | null {
  if (named === "simulator" || (token === undefined && stage === undefined)) return "simulator";
  return token === undefined ? null : duffelName(token);
}

/** A test account is a source of its own: its prices are made up, and compared with real ones they would be alerts. */
export function duffelName(token: string): "duffel" | "duffel_test" {
  return token.startsWith("duffel_test_") ? "duffel_test" : "duffel";
}

/** The source of this process's prices; null without a provider. */
export const source = sourceOf({
  named: env.FLIGHT_PROVIDER,
  token: env.DUFFEL_ACCESS_TOKEN,
  stage: env.SST_STAGE,
});

/** Returns whether the prices of a source, or of several joined by `+`, are of flights that are not flown. */
export function isSimulated(source: string | null): boolean {
  return source?.split("+").some((name) => name === "simulator" || name.endsWith("_test")) ?? false;
}

/** The only currencies in which prices can be asked for; undefined for all. */
export const soldCurrencies: ReadonlySet<string> | undefined =
  env.DUFFEL_CURRENCY && source?.startsWith("duffel") ? new Set([env.DUFFEL_CURRENCY]) : undefined;

/** The currency of a question that names none. */
export const defaultCurrency: string = soldCurrencies?.values().next().value ?? "USD";

/** Returns whether prices can be asked for in a currency. */
export function isSold(currency: string): boolean {
  return soldCurrencies?.has(currency) ?? true;
}
