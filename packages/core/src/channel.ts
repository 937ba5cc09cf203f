import { lazy } from "./base/lazy.ts";

export { DeliveriesQuery, Delivery, DeliveryCounts } from "./channel/deliveryschema.ts";
export {
  BotAnswer,
  Create,
  Info,
  Kinds,
  kinds,
  Made,
  PushKey,
  Queued,
  Replay,
  Replayed,
  Try,
  topics,
  Update,
} from "./channel/schema.ts";

/** The verbs are loaded at their first call, so that the API starts without them. */
export const create = lazy(async () => (await import("./channel/owned.ts")).create);
export const list = lazy(async () => (await import("./channel/owned.ts")).list);
export const get = lazy(async () => (await import("./channel/owned.ts")).get);
export const update = lazy(async () => (await import("./channel/owned.ts")).update);
export const remove = lazy(async () => (await import("./channel/owned.ts")).remove);
export const test = lazy(async () => (await import("./channel/owned.ts")).test);
export const rotate = lazy(async () => (await import("./channel/owned.ts")).rotate);
export const reseal = lazy(async () => (await import("./channel/reseal.ts")).reseal);
export const tries = lazy(async () => (await import("./channel/log.ts")).tries);
export const replay = lazy(async () => (await import("./channel/log.ts")).replay);
export const deliveries = lazy(async () => (await import("./channel/deliveries.ts")).deliveries);
export const replayFailed = lazy(async () => (await import("./channel/deliveries.ts")).replayFailed);
export const offered = lazy(async () => (await import("./channel/push.ts")).kinds);
export const pushKey = lazy(async () => (await import("./channel/push.ts")).pushKey);
export const telegram = lazy(async () => (await import("./channel/telegram.ts")).telegram);

/** What opens a channel: read by the delivery. */
export const opening = async () => import("./channel/opening.ts");
export const reportMail = lazy(async () => (await import("./channel/mailreport.ts")).reportMail);
export const turnMailOff = lazy(async () => (await import("./channel/mailoff.ts")).turnMailOff);
