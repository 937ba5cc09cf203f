export { type Basket, claimBasketForWatch, claimBaskets, type Member, rescheduleBaskets } from "./fare/basket.ts";
export { type Cadence, checksPerDay, type DueReason, defaultCadence, dueReason } from "./fare/cadence.ts";
export { type Claimed, claim, type Tracked } from "./fare/claim.ts";
export { claimForWatch, forgetCheck } from "./fare/demand.ts";
export { forget, lockLinking } from "./fare/forget.ts";
export { baseline, low, median, type PricePoint, usual } from "./fare/history.ts";
export { isBasket, isFare, isOnRoute, isWithinDue, matchesAsked, matchesQuestion } from "./fare/match.ts";
export {
  countedObservations,
  type LastPrice,
  lastPrice,
  leadBucket,
  maxPriceAge,
  payingPassengers,
  type WatchedPrice,
  watchedPrices,
} from "./fare/observed.ts";
export { maintainPartitions } from "./fare/partitions.ts";
export { postpone, putOff, release } from "./fare/release.ts";
export { repair } from "./fare/repair.ts";
export { thin } from "./fare/thin.ts";
