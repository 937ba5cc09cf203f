import { lazy } from "./base/lazy.ts";

export { type Basket, claimBasketForWatch, claimBaskets, type Member, rescheduleBaskets } from "./fare/basket.ts";
export { type Cadence, checksPerDay, type DueReason, defaultCadence, dueReason } from "./fare/cadence.ts";
export { type Claimed, claim, type Tracked } from "./fare/claim.ts";
export { claimForWatch, forgetCheck } from "./fare/demand.ts";
export { forget, lockLinking } from "./fare/forget.ts";
export { baseline, keptDays, low, median, type PricePoint, usual } from "./fare/history.ts";
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
export { maintainPartitions } from "./fare/partitions.ts";
export type { PastCheck, Recorded } from "./fare/past.ts";
export { selectPastLow } from "./fare/pastlow.ts";
export { postpone, putOff, release } from "./fare/release.ts";
export { repair } from "./fare/repair.ts";
export { thin } from "./fare/thin.ts";

/** See `fare/rollup.ts`: loaded at its first call, because the API never calls it. */
export const rollUp = lazy(async () => (await import("./fare/rollup.ts")).rollUp);

/** The statements that record checks of the past: loaded at their first call. */
export const past = async () => import("./fare/past.ts");

/** The SQL that reads the roll-up: loaded when it is first used, so that the API starts without it. */
export const sampling = async () => ({
  ...(await import("./fare/sample.ts")),
  ...(await import("./fare/rank.ts")),
  ...(await import("./fare/low.ts")),
});
