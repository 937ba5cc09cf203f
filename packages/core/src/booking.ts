import { lazy } from "./base/lazy.ts";

export {
  AcceptChange,
  AskChange,
  Attention,
  AttentionQuery,
  AutoHold,
  AutoHoldInfo,
  Confirm,
  ConfirmChange,
  Create,
  Info,
  Listed,
  Pay,
  Query,
  Share,
  Shared,
  statuses,
  WatchBooked,
} from "./booking/schema.ts";
export { currentTerms } from "./booking/terms.ts";

/** The verbs are loaded at their first call, so that the API starts without them. */
export const create = lazy(async () => (await import("./booking/create.ts")).create);
export const list = lazy(async () => (await import("./booking/read.ts")).list);
export const get = lazy(async () => (await import("./booking/read.ts")).get);
export const pay = lazy(async () => (await import("./booking/act.ts")).pay);
export const quote = lazy(async () => (await import("./booking/act.ts")).quote);
export const cancel = lazy(async () => (await import("./booking/act.ts")).cancel);
export const confirmPayment = lazy(async () => (await import("./booking/act.ts")).confirmPayment);
export const askChange = lazy(async () => (await import("./booking/change.ts")).ask);
export const change = lazy(async () => (await import("./booking/change.ts")).change);
export const acceptChange = lazy(async () => (await import("./booking/change.ts")).accept);
export const share = lazy(async () => (await import("./booking/share.ts")).share);
export const unshare = lazy(async () => (await import("./booking/share.ts")).unshare);
export const shared = lazy(async () => (await import("./booking/share.ts")).shared);
export const itinerary = lazy(async () => (await import("./booking/paper/page.ts")).itinerary);
export const receipt = lazy(async () => (await import("./booking/paper/page.ts")).receipt);
export const calendar = lazy(async () => (await import("./booking/calendar.ts")).calendar);

export const offersOf = lazy(async () => (await import("./booking/fromalert.ts")).offersOf);
export const attention = lazy(async () => (await import("./booking/attention.ts")).attention);
export const watch = lazy(async () => (await import("./booking/watch.ts")).watch);

export const autoHold = lazy(async () => (await import("./booking/autohold.ts")).get);
export const setAutoHold = lazy(async () => (await import("./booking/autohold.ts")).set);
export const endAutoHold = lazy(async () => (await import("./booking/autohold.ts")).end);

/** Who counts as what on a journey: loaded by what needs it. */
export const party = async () => import("./booking/party.ts");

/** The work behind: the steps that are due, and hints that one may be. */
export const run = lazy(async () => (await import("./booking/run.ts")).run);
export const hint = lazy(async () => (await import("./booking/report.ts")).hint);
export const receive = lazy(async () => (await import("./booking/webhook.ts")).receive);
export const holdTargets = lazy(async () => (await import("./booking/holdtargets.ts")).holdTargets);
export const tick = lazy(async () => (await import("./booking/clock.ts")).tick);
