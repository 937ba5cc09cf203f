import type { Criteria } from "../criteria.ts";
import type { Carrier } from "./carriers.ts";

type Cabin = Criteria["cabin"];

/** Up to which distance (km) a column of `ranges` holds. */
export const bands = [300, 1_000, 3_000, 7_000, 21_000];

/** US dollars a km, the least and the most of one adult's cheapest fare one way, by band. */
export type Range = [least: number, most: number];

/** Our judgement of fares in 2025: docs/flights.md has the same table. */
export const ranges: Record<Cabin | "low", Range[]> = {
  low: [
    [0.06, 0.9],
    [0.018, 0.5],
    [0.012, 0.28],
    [0.012, 0.15],
    [0.012, 0.1],
  ],
  economy: [
    [0.12, 1.5],
    [0.06, 0.8],
    [0.035, 0.45],
    [0.025, 0.3],
    [0.02, 0.2],
  ],
  premium_economy: [
    [0.2, 2],
    [0.12, 1.2],
    [0.07, 0.75],
    [0.06, 0.55],
    [0.045, 0.4],
  ],
  business: [
    [0.25, 3],
    [0.16, 2],
    [0.1, 1.3],
    [0.18, 1.2],
    [0.1, 0.85],
  ],
  first: [
    [0.3, 4],
    [0.2, 2.5],
    [0.2, 2.5],
    [0.32, 1.9],
    [0.19, 1.6],
  ],
};

/** The least fare in dollars, and the distance (km) that the shortest flights count as. */
export const least = { low: 15, full: 35, km: 100 };

/** A cabin's fare relative to economy, on flights of up to 1,000 km and from 6,000 km; between them by distance. */
const cabins: Record<Cabin, [near: number, far: number]> = {
  economy: [1, 1],
  premium_economy: [1.6, 2.1],
  business: [2.3, 6.5],
  first: [3, 12],
};

export function cabinFactor(cabin: Cabin, km: number): number {
  const [near, far] = cabins[cabin];
  return near + (far - near) * Math.max(0, Math.min(1, (km - 1_000) / 5_000));
}

/** The range of a fare in dollars. */
export function rangeOf({ kind }: Pick<Carrier, "kind">, cabin: Cabin, km: number): Range {
  const low = kind === "low" && cabin === "economy";
  const [from, to] = ranges[low ? "low" : cabin][bands.findIndex((most) => km <= most)] ?? [
    0,
    Number.POSITIVE_INFINITY,
  ];
  const counted = Math.max(km, least.km);
  return [Math.max(from * counted, low ? least.low : least.full), to * counted];
}
