import { dayNumber, msPerDay } from "../base/day.ts";
/**
 * Figures from the recorded prices of a fare. Amounts in minor units, instants in UTC milliseconds, days since 1970
 * (UTC).
 */

/**
 * The days with a price whose lows are kept in the row of a fare, for a line, beside that of the last check; the
 * drop rule reads the last 14.
 */
export const keptDays = 30;

/** The price at an ok check of a fare. */
export type PricePoint = { at: number; price: number };

/** The lowest ok price of each day with one, oldest first. Two lists, because a batch keeps them of thousands of fares. */
export type DayLows = { days: number[]; prices: number[] };

/** The middle price; for an even count the mean of the middle two, with a half rounded up. */
export function median(prices: number[]): number {
  const sorted = prices.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1]!;
  return sorted.length % 2 ? upper : Math.ceil((sorted[(sorted.length >> 1) - 1]! + upper) / 2);
}

/**
 * The drop rule's baseline: the median of the daily lows of the 14 days before the day of `at`, or null with fewer than
 * 3.
 */
export function baseline({ days, prices }: DayLows, at: number): number | null {
  const today = dayNumber(at);
  const counted: number[] = [];
  for (let index = 0; index < days.length; index++)
    if (days[index]! < today && days[index]! >= today - 14) counted.push(prices[index]!);
  return counted.length < 3 ? null : median(counted);
}

/**
 * The lowest price of the 90 × 24 h before `at`, or null unless they cover at least 14 distinct days before the day of
 * `at`.
 */
export function low(seen: PricePoint[], at: number): number | null {
  const within = seen.filter((check) => check.at < at && check.at >= at - 90 * msPerDay);
  const days = new Set(within.map((check) => dayNumber(check.at)));
  days.delete(dayNumber(at));
  return days.size < 14 ? null : Math.min(...within.map((check) => check.price));
}

/** The median price of the 30 × 24 h before `at`, or null with fewer than 5 prices. */
export function usual(seen: PricePoint[], at: number): number | null {
  const within = seen.filter((check) => check.at < at && check.at >= at - 30 * msPerDay);
  return within.length < 5 ? null : median(within.map((check) => check.price));
}
