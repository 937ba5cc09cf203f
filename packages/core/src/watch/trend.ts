import * as v from "valibot";
import { dayNumber, isoDay, msPerDay } from "../base/day.ts";
import { sql, utc } from "../base/db.ts";
import * as Money from "../base/money.ts";

/** The days (UTC) of a trend: that of the moment it is shown at, and those before. */
const trendDays = 30;

/** The last check of what is watched, and its prices of the last 30 days for a line. */
export const trendEntries = {
  lastStatus: v.nullable(v.picklist(["ok", "partial", "no_results", "provider_error", "rate_limited"])),
  changedAt: v.nullable(v.string()),
  trend: v.pipe(v.array(v.object({ day: v.string(), price: Money.Info })), v.maxLength(trendDays)),
};
type Point = { day: string; price: Money.Info };

/** Days since 1970 (UTC) with their lowest ok prices, oldest first. */
export type Lows = { days: number[]; lows: number[] };

/**
 * They stand in the row of the fare or of the basket, where each check leaves them: a list reads no observation for
 * them.
 */
export const trendColumns = sql`
           fares.status as "lastStatus",
           ${utc(sql`fares.changed_at`)} as "changedAt",
           json_build_object('days', fares.days, 'lows', fares.day_lows) as lows`;

/** The trend at `at`. */
export function toTrend({ days, lows }: Lows, currency: string, at: Date): Point[] {
  const today = dayNumber(at.getTime());
  return days.flatMap((day, index) => {
    if (day > today || day <= today - trendDays) return [];
    return { day: isoDay(day * msPerDay), price: Money.toInfo(lows[index]!, currency) };
  });
}
