import * as v from "valibot";

/** Whole periods in UTC; a week is ISO 8601's, from Monday. */
export const Window = v.picklist(["day", "week", "month"]);
export type Window = v.InferOutput<typeof Window>;

/** Figures of fewer users, or bookings, are shown to operators only. */
export const minPeople = 5;

const day = 86_400_000;

/** The last window that was over at `at`: its first and its last day. */
export function lastWindow(window: Window, at: Date): { from: string; to: string } {
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const end = {
    day: Date.UTC(year, month, date),
    week: Date.parse(monday(at)),
    month: Date.UTC(year, month),
  }[window];
  const start = { day: end - day, week: end - 7 * day, month: Date.UTC(year, month - 1) }[window];
  return { from: dated(start), to: dated(end - day) };
}

/** The first day (UTC) of the ISO week of `at`. */
export function monday(at: Date): string {
  return dated(at.getTime() - ((at.getUTCDay() + 6) % 7) * day);
}

const dated = (time: number) => new Date(time).toISOString().slice(0, 10);
