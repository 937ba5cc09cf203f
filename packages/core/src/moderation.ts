import { lazy } from "./base/lazy.ts";

export { Decide, Decided, Query, Queued } from "./moderation/schema.ts";

/** The verbs are loaded at their first call, so that the API starts without them. */
export const queue = lazy(async () => (await import("./moderation/queue.ts")).queue);
export const decide = lazy(async () => (await import("./moderation/decide.ts")).decide);
