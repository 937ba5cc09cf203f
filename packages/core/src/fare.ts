import { lazy } from "./base/lazy.ts";

export type { Basket, Member } from "./fare/basket.ts";
export { type Cadence, checksPerDay, type DueReason, defaultCadence, dueReason } from "./fare/cadence.ts";
export type { Claimed, Tracked } from "./fare/claim.ts";
export { forget, linkingLock, lockLinking } from "./fare/forget.ts";
export { baseline, type DayLows, keptDays, low, median, type PricePoint, usual } from "./fare/history.ts";
export {
  isBasket,
  isFare,
  isOfOtherSource,
  isOfSource,
  isWithinDue,
  matchesAsked,
  matchesQuestion,
} from "./fare/match.ts";
export {
  countedObservations,
  type LastPrice,
  lastPrice,
  leadBucketOf,
  maxPriceAge,
  payingPassengers,
  sharesPerUnit,
  type WatchedPrice,
  watchedPrices,
} from "./fare/observed.ts";
export type { PastCheck, Recorded } from "./fare/past.ts";
export { selectPastLow } from "./fare/pastlow.ts";
export { minimumSample, type Percentiles, type Verdict, verdictOf, verdicts } from "./fare/verdict.ts";

/** The verbs of sweeps and of maintenance are loaded at their first call, so that the API starts without them. */
export const claim = lazy(async () => (await import("./fare/claim.ts")).claim);
export const claimForWatch = lazy(async () => (await import("./fare/demand.ts")).claimForWatch);
export const forgetCheck = lazy(async () => (await import("./fare/demand.ts")).forgetCheck);
export const claimBaskets = lazy(async () => (await import("./fare/basket.ts")).claimBaskets);
export const claimBasketForWatch = lazy(async () => (await import("./fare/basket.ts")).claimBasketForWatch);
export const rescheduleBaskets = lazy(async () => (await import("./fare/basket.ts")).rescheduleBaskets);
export const nextDue = lazy(async () => (await import("./fare/next.ts")).nextDue);
export const hasten = lazy(async () => (await import("./fare/hasten.ts")).hasten);
export const release = lazy(async () => (await import("./fare/release.ts")).release);
export const putOff = lazy(async () => (await import("./fare/release.ts")).putOff);
export const postpone = lazy(async () => (await import("./fare/release.ts")).postpone);
export const repair = lazy(async () => (await import("./fare/repair.ts")).repair);
export const thin = lazy(async () => (await import("./fare/thin.ts")).thin);
export const maintainPartitions = lazy(async () => (await import("./fare/partitions.ts")).maintainPartitions);
export const rollUp = lazy(async () => (await import("./fare/rollup.ts")).rollUp);

/** The statements that record checks of the past: loaded at their first call. */
export const past = async () => import("./fare/past.ts");

/** The SQL that reads the roll-up: loaded when it is first used, so that the API starts without it. */
export const sampling = async () => ({
  ...(await import("./fare/sample.ts")),
  ...(await import("./fare/rank.ts")),
  ...(await import("./fare/low.ts")),
});
