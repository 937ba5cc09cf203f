import type { Answer } from "../flight.ts";

const hour = 3_600_000;

/** Hours between two checks by whole days to departure. */
const steps = [
  { over: 90, hours: 24 },
  { over: 30, hours: 12 },
  { over: 7, hours: 6 },
  { over: -2, hours: 4 },
] as const;

/** What the next check depends on: the departure's day at the origin, and the failures in a row, this one included. */
export type Paced = { departureDate: string; status: Answer["status"]; attempts: number };

/** When a fare is priced next after a check at `at`; null once it has certainly departed. `chance` in [0, 1) spreads it ± 15 %. */
export type Cadence = (fare: Paced & { id: string }, at: Date, chance: number) => Date | null;

/** By days to departure; after a provider's failure sooner, backing off from 5 minutes up to the usual step. */
export const usual: Cadence = (fare, at, chance) => {
  const days = (Date.parse(`${fare.departureDate}T00:00:00Z`) - at.getTime()) / (24 * hour);
  const step = steps.find(({ over }) => days > over);
  if (!step) return null;
  const failed = fare.status === "provider_error" || fare.status === "rate_limited";
  const wait = failed ? Math.min(step.hours * hour, (hour / 12) * 2 ** (fare.attempts - 1)) : step.hours * hour;
  return new Date(at.getTime() + Math.round(wait * (0.85 + 0.3 * chance)));
};
