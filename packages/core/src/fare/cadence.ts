import { msPerHour } from "../base/day.ts";
import type { Answer } from "../flight.ts";

/** Hours between two checks, by whole days to departure. */
const steps = [
  { over: 90, hours: 24 },
  { over: 30, hours: 12 },
  { over: 7, hours: 6 },
  // A day that begins at midnight (UTC) is over everywhere 36 hours later.
  { over: -1.5, hours: 4 },
] as const;

/**
 * What the next check depends on: the day of departure at the origin, the number of failures in a row including this
 * one, whether the price is within 5 % of a watch's trigger, and when (UTC milliseconds) a provider that limits its
 * rate may be asked again.
 */
export type CadenceInput = {
  departureDate: string;
  status: Answer["status"];
  attempts: number;
  near: boolean;
  resetsAt: number | null;
};

/** Why a fare is priced when it is: a new watch, the days to departure, or a reason to price it sooner or later. */
export type DueReason = "new" | "departure" | "trigger" | "failure" | "limit";

/**
 * Computes when a fare is priced next after a check at `at`; null once it has certainly departed. `chance` in [0, 1)
 * spreads it ± 15 %.
 */
export type Cadence = (fare: CadenceInput & { id: string }, at: Date, chance: number) => Date | null;

/**
 * Prices by days to departure, twice as often near a trigger. After a provider's failure sooner: it backs off from 5
 * minutes up to the usual step, but not before the provider may be asked again.
 */
export const defaultCadence: Cadence = (fare, at, chance) => {
  const step = stepAt(fare.departureDate, at);
  if (!step) return null;
  const spread = 0.85 + 0.3 * chance;
  const usually = (fare.near ? step.hours / 2 : step.hours) * msPerHour;
  const wait = failed(fare) ? Math.min(usually, (msPerHour / 12) * 2 ** (fare.attempts - 1)) : usually;
  const next = at.getTime() + Math.round(wait * spread);
  if (fare.status !== "rate_limited" || fare.resetsAt === null || fare.resetsAt <= next) return new Date(next);
  // Spreads fares that wait for the same moment over an hour, none of them later than it would be without the limit.
  return new Date(Math.min(fare.resetsAt + Math.round(msPerHour * chance), at.getTime() + usually));
};

/** How many checks a day a fare has by its days to departure alone; 0 once it has departed. */
export function checksPerDay(departureDate: string, at: Date): number {
  const step = stepAt(departureDate, at);
  return step ? 24 / step.hours : 0;
}

function stepAt(departureDate: string, at: Date) {
  const days = (Date.parse(`${departureDate}T00:00:00Z`) - at.getTime()) / (24 * msPerHour);
  return steps.find(({ over }) => days > over);
}

export function dueReason(fare: Pick<CadenceInput, "status" | "near">): DueReason {
  if (fare.status === "rate_limited") return "limit";
  if (failed(fare)) return "failure";
  return fare.near ? "trigger" : "departure";
}

function failed({ status }: Pick<CadenceInput, "status">): boolean {
  return status === "provider_error" || status === "rate_limited";
}
