import { setTimeout as wait } from "node:timers/promises";
import * as Airport from "@travel-conductor/core/airport";
import { type Criteria, type FareProvider, type Offer, unknownTerms } from "@travel-conductor/core/flight";

/**
 * The movement of prices in 24,681 recorded checks: the share that changed, and the share that fell by a tenth or more.
 */
const changing = 0.14;
const falling = 0.028;

const codes = [...Airport.all().keys()].sort();

/** Returns a number in [0, 1) that depends only on the two whole numbers. */
function chance(a: number, b: number): number {
  let x = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
}

/** Returns the price (minor units) of fare `index` before the first round. */
export function opening(index: number): number {
  return 4_000 + Math.floor(chance(index, -1) * 40_000);
}

/** Yields the prices of `count` fares, round by round. They move as often and as far as the recorded ones did. */
export function* rounds(count: number): Generator<number[]> {
  let prices = Array.from({ length: count }, (_, index) => opening(index));
  for (let round = 0; ; round++) {
    prices = prices.map((price, index) => {
      const dice = chance(index, round);
      if (dice >= changing) return price;
      if (dice < falling) return Math.max(1_000, Math.floor(price * (0.7 + 0.2 * chance(index, round + 1_000))));
      return Math.floor(price * (0.92 + 0.2 * chance(index, round + 2_000)));
    });
    yield prices;
  }
}

/**
 * Returns prices of a round that cross no trigger: each fare costs up to a fiftieth more or less than its opening
 * price.
 */
export function calm(count: number, round: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    Math.floor(opening(index) * (0.98 + 0.04 * chance(index, round + 3_000))),
  );
}

/** Returns the pair of airports that identifies fare `index`. */
export function places(index: number): { origin: string; destination: string } {
  const { length } = codes;
  const origin = index % length;
  return { origin: codes[origin]!, destination: codes[(origin + 1 + Math.floor(index / length)) % length]! };
}

/**
 * Returns a provider that answers with the round's price after `takes` ms, to at most `seats` calls at once; it cannot
 * confirm.
 */
export function provider() {
  const indexes = new Map<string, number>();
  const queue: (() => void)[] = [];
  let open = 0;
  const market = {
    name: "bench",
    prices: [] as number[],
    takes: 0,
    seats: Number.POSITIVE_INFINITY,
    searches: 0,
    async search(criteria: Pick<Criteria, "origin" | "destination">) {
      market.searches++;
      if (market.takes > 0) {
        if (open >= market.seats) await new Promise<void>((resolve) => queue.push(resolve));
        open++;
        await wait(market.takes);
        open--;
        queue.shift()?.();
      }
      if (indexes.size !== market.prices.length) {
        for (const index of market.prices.keys()) indexes.set(Object.values(places(index)).join(), index);
      }
      const total = market.prices[indexes.get(`${criteria.origin},${criteria.destination}`) ?? -1];
      if (total === undefined) return { status: "no_results" as const, offers: [] as [] };
      const offer = {
        provider: "bench",
        reference: "bench",
        simulated: true,
        total,
        currency: "GBP",
        expiresAt: "",
        ...unknownTerms,
        slices: [],
      };
      return { status: "ok" as const, offers: [offer] as [Offer] };
    },
  };
  return market satisfies FareProvider;
}
