import { lazy } from "./base/lazy.ts";

export { deliver, nextDue, type Options } from "./delivery/deliver.ts";
export type { Feed } from "./delivery/feed/read.ts";

/** Loaded at the first call: what sends messages reads no feed. */
export const feed = lazy(async () => (await import("./delivery/feed/read.ts")).feed);
