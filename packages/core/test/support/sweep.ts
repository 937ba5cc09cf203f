import * as Alert from "../../src/alert.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "./factory.ts";
import { type Market, market, type Said } from "./market.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const later = (ms: number) => new Date(a.noon.getTime() + ms);

/** Everything that was claimed is due again a moment later. */
export const often: Sweep.Options["cadence"] = (_, at) => new Date(at.getTime() + 1);

/** One sweep at which each named fare costs what is told; what is not named is sold by nobody. */
export async function sweep(at: Date, said: Record<string, Said>, options: Sweep.Options = {}): Promise<Market> {
  const provider = market((name) => said[name] ?? null);
  await Sweep.run(at, { provider, cadence: often, ...options });
  return provider;
}

export async function seen(userId: string, watchId: string) {
  const { items } = await Watch.history(userId, watchId, { limit: 100 }, a.noon);
  return items.map(({ status, price }) => `${status} ${price?.amount ?? "-"}`).reverse();
}

export async function heard(userId: string) {
  const { items } = await Alert.list(userId, { limit: 100 });
  return items.map(({ at, price, rules }) => `${at.slice(5, 16)} ${price.amount} ${rules.join("+")}`).reverse();
}
