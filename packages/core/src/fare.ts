export { type Basket, claimBasketForWatch, claimBaskets, type Member, rescheduleBaskets } from "./fare/basket.ts";
export { type Cadence, type DueReason, defaultCadence, dueReason } from "./fare/cadence.ts";
export { type Claimed, claim, claimForWatch, release, type Tracked } from "./fare/claim.ts";
export { baseline, low, median, type PricePoint, usual } from "./fare/history.ts";
export { isBasket, isFare, isOnRoute, matchesAsked, matchesQuestion } from "./fare/match.ts";
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
export { bucketsOf, readRanks, sharesOf } from "./fare/rank.ts";
export { repair } from "./fare/repair.ts";
export { rollUp } from "./fare/rollup.ts";
export { bucketsPerRange, readSamples, sharesPerUnit } from "./fare/sample.ts";
export { thin } from "./fare/thin.ts";
