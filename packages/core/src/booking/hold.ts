import type { Refund } from "../flight.ts";
import type { Change, Work } from "./work.ts";

const msPerHour = 3_600_000;
/** The hours at which an owner is reminded: before a hold runs out, and before a departure. */
export const reminders = [24, 3];

/** The hours that are reached with `left` ms to go, and of which its owner was not told; undefined where none are. */
export function reachedBy(left: number, reminded: number | null): number | undefined {
  const reached = reminders.filter((hours) => left <= hours * msPerHour).at(-1);
  return reached !== undefined && reached < (reminded ?? 99) ? reached : undefined;
}

/** The next moment that a held booking is looked at: 24 and 3 hours before it runs out, and then. */
export function untilNext({ payBy }: Pick<Work, "payBy">, reminded: number): Change {
  const end = Date.parse(payBy ?? "") || 0;
  const hours = reminders.find((one) => one < reminded) ?? 0;
  return { step: "lapse", until: new Date(end - hours * msPerHour).toISOString() };
}

/** Whether what the seller said of a cancellation no longer holds at `at`. */
export const isQuoteOver = (quote: Refund | null, at: Date) =>
  quote?.expiresAt != null && quote.expiresAt <= at.toISOString();
