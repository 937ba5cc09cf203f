import * as Alert from "../../src/alert.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "./factory.ts";
import { type MarketAnswer, type StubProvider, stubProvider } from "./stubprovider.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const afterNoon = (ms: number) => new Date(a.noon.getTime() + ms);

/** Every claimed fare is due again a moment later. */
export const everySweep: Sweep.Options["cadence"] = (_, at) => new Date(at.getTime() + 1);

/** One sweep in which each named fare has the given price; other fares have no offers. */
export async function sweep(
  at: Date,
  said: Record<string, MarketAnswer>,
  options: Sweep.Options = {},
): Promise<StubProvider> {
  const provider = stubProvider((name) => said[name] ?? null);
  await Sweep.run(at, { provider, cadence: everySweep, ...options });
  return provider;
}

export async function watchPrices(userId: string, watchId: string) {
  const { items } = await Watch.history(userId, watchId, { limit: 100 }, a.noon);
  return items.map(({ status, price }) => `${status} ${price?.amount ?? "-"}`).reverse();
}

export async function alertsOf(userId: string) {
  const { items } = await Alert.list(userId, { limit: 100 });
  return items.map(({ at, price, rules }) => `${at.slice(5, 16)} ${price.amount} ${rules.join("+")}`).reverse();
}
