import { lazy } from "./base/lazy.ts";

export {
  Appeal,
  Best,
  type Kind,
  Language,
  listEntries,
  Mine,
  MineQuery,
  Named,
  Rating,
  Report,
  ReviewInfo,
  reasonText,
  reviewEntries,
  TipInfo,
  tipEntries,
  tipKinds,
  Useful,
  Version,
  Versions,
  Written,
} from "./post/schema.ts";

/** The verbs are loaded at their first call, so that the API starts without them. */
export const vote = lazy(async () => (await import("./post/act.ts")).vote);
export const unvote = lazy(async () => (await import("./post/act.ts")).unvote);
export const report = lazy(async () => (await import("./post/act.ts")).report);
export const appeal = lazy(async () => (await import("./post/act.ts")).appeal);
export const versions = lazy(async () => (await import("./post/act.ts")).versions);
export const mine = lazy(async () => (await import("./post/act.ts")).mine);
export const withdraw = lazy(async () => (await import("./post/write.ts")).withdraw);

/** What the verbs of tips and reviews are made of. */
export const writing = async () => import("./post/written.ts");
/** Lists, and `selectBest`: the best texts of a place as one value of a statement of the caller. */
export const reading = async () => import("./post/read.ts");
