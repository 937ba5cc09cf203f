import { msPerDay } from "../base/day.ts";
/** Why the next check is when it is, as text for users. Days are counted as the cadence counts them. */
export const reasons = {
  new: () => "because somebody has begun to watch it",
  departure: (next: { departureDate: string; checkedAt: string | null }, at: Date) => {
    const counted = Date.parse(next.checkedAt ?? at.toISOString());
    const days = (Date.parse(`${next.departureDate}T00:00:00Z`) - counted) / msPerDay;
    const span = days > 90 ? "more than 90" : days > 30 ? "31 to 90" : days > 7 ? "8 to 30" : "at most 7";
    return `because departure is ${span} days away`;
  },
  trigger: () => "because the price is close to one that would be told",
  failure: () => "because the last check brought no answer",
  limit: () => "because no more could be asked at the last check",
};
