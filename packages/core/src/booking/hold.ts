import type { Change, Work } from "./work.ts";

const msPerHour = 3_600_000;
/** The hours before a hold runs out at which its owner is reminded. */
export const reminders = [24, 3];

/** The next moment that a held booking is looked at: 24 and 3 hours before it runs out, and then. */
export function untilNext({ payBy }: Pick<Work, "payBy">, reminded: number): Change {
  const end = Date.parse(payBy ?? "") || 0;
  const hours = reminders.find((one) => one < reminded) ?? 0;
  return { step: "lapse", until: new Date(end - hours * msPerHour).toISOString() };
}
