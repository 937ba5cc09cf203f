/** A sample smaller than this says too little. */
export const minimumSample = { observations: 30, days: 14 };

export const verdicts = ["low", "typical", "high", "not enough data"] as const;
export type Verdict = (typeof verdicts)[number];

/** Prices at the shares 0, ¼, ½, ¾ and 1 of a sample, by nearest rank. */
export type Percentiles = [lowest: number, lower: number, median: number, upper: number, highest: number];

/**
 * Says how a price compares with a sample; `below` is the share of it that is lower, from 0 to 1. The most common price
 * is neither low nor high, even if it is the lowest: hence the comparison with the median. Fares come in steps, so that
 * many prices equal a quartile: a price is high only if it is above at least three quarters.
 */
export function verdictOf(price: number | null, [, lower, median]: Percentiles, below: number): Verdict {
  if (price === null) return "not enough data";
  if (price <= lower && price < median) return "low";
  return below >= 0.75 ? "high" : "typical";
}
