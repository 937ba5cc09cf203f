export { type Basket, claimBasketOf, claimBaskets, type Member, recall } from "./fare/basket.ts";
export { type Because, because, type Cadence, usual as usualCadence } from "./fare/cadence.ts";
export { type Claimed, claim, claimOf, release, type Tracked } from "./fare/claim.ts";
export { baseline, dayOf, low, median, type Seen, usual } from "./fare/history.ts";
export { age, counted, type Last, last, lead, paying, type Watched, watched } from "./fare/observed.ts";
export { tend } from "./fare/partitions.ts";
export { rouse } from "./fare/repair.ts";
export { thin } from "./fare/thin.ts";
