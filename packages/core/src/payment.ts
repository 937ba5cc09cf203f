import { lazy } from "./base/lazy.ts";

export type { Card, Charge, Refund, Step } from "./payment/charge.ts";
export type { Hint } from "./payment/event.ts";
export { Challenge, Info, Setup, Update } from "./payment/schema.ts";
export type { Done, Outcome } from "./payment/stripe.ts";

/** The verbs, and the package of Stripe, are loaded at their first call, so that the API starts without them. */
export const list = lazy(async () => (await import("./payment/method.ts")).list);
export const get = lazy(async () => (await import("./payment/method.ts")).get);
export const setup = lazy(async () => (await import("./payment/method.ts")).setup);
export const finish = lazy(async () => (await import("./payment/method.ts")).finish);
export const update = lazy(async () => (await import("./payment/method.ts")).update);
export const remove = lazy(async () => (await import("./payment/method.ts")).remove);
/** A card, whose statement may go with others in one request. */
export const cards = async () => import("./payment/method.ts");
export const cardFor = lazy(async () => (await import("./payment/method.ts")).cardFor);
export const challenge = lazy(
  async () => async (secret: string) => (await import("./payment/method.ts")).challenge(secret),
);
export const receive = lazy(async () => (await import("./payment/event.ts")).receive);
export const nextRemoval = lazy(async () => (await import("./payment/removal.ts")).nextRemoval);
export const removeDue = lazy(async () => (await import("./payment/removal.ts")).removeDue);

/** The calls for bookings. Each answers `done`, `refused`, `action` or `unknown`, and none throws. */
export const authorize = lazy(async () => (await import("./payment/charge.ts")).authorize);
export const capture = lazy(async () => (await import("./payment/charge.ts")).capture);
export const release = lazy(async () => (await import("./payment/charge.ts")).release);
export const refund = lazy(async () => (await import("./payment/charge.ts")).refund);
export const read = lazy(async () => (await import("./payment/charge.ts")).read);
export const challengeOf = lazy(async () => (await import("./payment/challenge.ts")).challengeOf);
export const find = lazy(async () => (await import("./payment/charge.ts")).find);
export { forgetCustomer } from "./payment/forget.ts";
export { isLive } from "./payment/mode.ts";
