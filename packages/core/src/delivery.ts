import { lazy } from "./base/lazy.ts";

export { tick } from "./delivery/clock.ts";
export { deliver, type Options } from "./delivery/deliver.ts";
export type { Feed } from "./delivery/feed/read.ts";
/** Pure: with it a test holds that the client says of the past what the delivery would have done. */
export { type Slot, slotOf } from "./delivery/when.ts";

/** Loaded at the first call: what sends messages reads no feed. */
export const feed = lazy(async () => (await import("./delivery/feed/read.ts")).feed);
