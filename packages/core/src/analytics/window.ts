import * as v from "valibot";
import { isoDay, mondayOf, msPerDay } from "../base/day.ts";

/** Whole periods in UTC; a week is ISO 8601's, from Monday. */
export const Window = v.picklist(["day", "week", "month"]);
export type Window = v.InferOutput<typeof Window>;

/** Figures of fewer users, or bookings, are shown to operators only. */
export const minPeople = 5;

/** The last window that was over at `at`: its first and its last day. */
export function lastWindow(window: Window, at: Date): { from: string; to: string } {
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const end = {
    day: Date.UTC(year, month, date),
    week: Date.parse(mondayOf(at)),
    month: Date.UTC(year, month),
  }[window];
  const start = { day: end - msPerDay, week: end - 7 * msPerDay, month: Date.UTC(year, month - 1) }[window];
  return { from: isoDay(start), to: isoDay(end - msPerDay) };
}
