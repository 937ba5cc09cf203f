import { type FareProvider, untold } from "@travel-conductor/core/flight";

/** How prices moved in 24,681 recorded checks: this many of them changed, and this many fell by a tenth or more. */
const changing = 0.14;
const falling = 0.028;

/** A number in [0, 1) that is the same for the same two whole numbers. */
function chance(a: number, b: number): number {
  let x = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
}

/** The price (minor units) of fare `index` before the first round. */
export function opening(index: number): number {
  return 4_000 + Math.floor(chance(index, -1) * 40_000);
}

/** The prices of `count` fares, round by round, moving as often and as far as the recorded ones did. */
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

/** Fare `index` as a pair of places and nothing else: 26³ origins, and destinations enough for the rest. */
export function places(index: number): { origin: string; destination: string } {
  const origin = index % 17_000;
  return { origin: code(origin), destination: code((origin + 1 + Math.floor(index / 17_000)) % 17_576) };
}

/** Answers at once with the round's price and counts what it is asked; it cannot confirm. */
export function provider(): FareProvider & { searches: number; prices: number[] } {
  const indexes = new Map<string, number>();
  return {
    name: "bench",
    searches: 0,
    prices: [],
    async search(criteria) {
      this.searches++;
      if (indexes.size !== this.prices.length) {
        for (const index of this.prices.keys()) indexes.set(Object.values(places(index)).join(), index);
      }
      const total = this.prices[indexes.get(`${criteria.origin},${criteria.destination}`) ?? -1];
      if (total === undefined) return { status: "no_results", offers: [] };
      const offer = {
        provider: "bench",
        reference: "bench",
        simulated: true,
        total,
        currency: "GBP",
        expiresAt: "",
        ...untold,
        slices: [],
      };
      return { status: "ok", offers: [offer] };
    },
  };
}

function code(number: number): string {
  return String.fromCharCode(
    65 + (Math.floor(number / 676) % 26),
    65 + (Math.floor(number / 26) % 26),
    65 + (number % 26),
  );
}
