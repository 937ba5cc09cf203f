import type { Airport } from "@travel-conductor/core/airport";
import type { Corrections, Direct } from "./corrections.ts";

/** The weeks that the schedule covers, found by the daily flights in it. */
const weeks = 40;

/** Fewer flights than these in all weeks are a charter or a diversion. */
const least = 4;

/** The flights of the old schedule under the numbers of their sellers; without airlines that have ended. */
export function readSchedule(
  text: string,
  airports: Map<string, Airport>,
  { ended, sold, moved }: Corrections,
): Direct[] {
  const now = (code: string) => moved.get(code) ?? code;
  const rows = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split("^"))
    .map(([airline = "", from = "", to = "", count]) => ({
      airline,
      from: now(from),
      to: now(to),
      count: Number(count),
    }))
    .filter(({ airline, from, to }) => !ended.has(airline) && airports.has(from) && airports.has(to) && from !== to)
    .filter(({ count }) => count >= least)
    .map(({ count, ...row }) => ({ ...row, weekly: weekly(count) }));
  const served = new Map<string, Map<string, number>>();
  for (const { airline, from } of rows) {
    const own = served.get(airline) ?? new Map<string, number>();
    served.set(airline, own.set(from, (own.get(from) ?? 0) + 1));
  }
  return rows.flatMap((row) => {
    const sellers = sold.get(row.airline);
    if (!sellers) return [row];
    const [only, ...others] = sellers;
    if (only && others.length === 0) return [{ ...row, airline: only }];
    const weights = sellers.map((code) => {
      const own = served.get(code);
      return Math.max(own?.get(row.from) ?? 0, own?.get(row.to) ?? 0) / (own?.size ?? 1);
    });
    const best = sellers[weights.indexOf(Math.max(...weights))];
    return best ? [{ ...row, airline: best }] : [];
  });
}

/** 1 to 7 flights a week, then one more for each further flight a day; eleven a day at most. */
function weekly(count: number): number {
  const each = count / weeks;
  return Math.min(17, each <= 7.5 ? Math.max(1, Math.round(each)) : 6 + Math.round(each / 7));
}
