import { dayNumber, isoDay, msPerDay } from "../base/day.ts";
import { median } from "../fare.ts";
import type { AlertOf } from "./alerts.ts";

/** How many days back the history of a letter goes. */
const shown = 30;
/** The fewest days of which a rank says anything. */
const fewest = 3;

type Prices = Pick<AlertOf, "at" | "price" | "days" | "lows">;
export type DayLow = { day: string; low: number };

/** The lowest price of each of the last 30 days with one, the alert's own among them, oldest first. Pure. */
export function dayLows({ at, price, days, lows }: Prices): DayLow[] {
  const today = dayNumber(Date.parse(at));
  const known = new Map(days.map((day, index) => [day, lows[index]!]));
  known.set(today, Math.min(price, known.get(today) ?? price));
  const newest = Math.max(...known.keys());
  return [...known]
    .filter(([day]) => day > newest - shown)
    .sort(([one], [other]) => one - other)
    .map(([day, low]) => ({ day: isoDay(day * msPerDay), low }));
}

/**
 * The place of an alert's price among the lowest prices of the days until then, the cheapest first; null with fewer than
 * 3 days. Pure.
 */
export function rankOf(prices: Prices): { place: number; days: number } | null {
  const today = isoDay(Date.parse(prices.at));
  const before = dayLows(prices).filter(({ day }) => day < today);
  if (before.length + 1 < fewest) return null;
  return { place: 1 + before.filter(({ low }) => low < prices.price).length, days: before.length + 1 };
}

/** Sorts alerts, the best first: by the price as a share of the usual one, or of the one before. Pure. */
export function byGoodness<T extends Prices & Pick<AlertOf, "id" | "previousPrice">>(alerts: T[]): T[] {
  const share = (alert: T) => {
    const today = isoDay(Date.parse(alert.at));
    const before = dayLows(alert).filter(({ day }) => day < today);
    const usual = before.length < fewest ? alert.previousPrice : median(before.map(({ low }) => low));
    return alert.price / (usual || alert.price || 1);
  };
  return alerts
    .map((alert) => ({ alert, share: share(alert) }))
    .sort((one, other) => one.share - other.share || (one.alert.id < other.alert.id ? -1 : 1))
    .map(({ alert }) => alert);
}
