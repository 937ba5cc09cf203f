import * as Outbox from "@travel-conductor/core/outbox";
import { createMiddleware } from "hono/factory";

/** Wakes the sender where the request queued a message; what may be queued was noted with the count of the request. */
export const waking = createMiddleware(async (_, next) => {
  await next();
  await Outbox.wake();
});
