import * as Analytics from "@travel-conductor/core/analytics";
import { orFallback } from "@travel-conductor/core/base/cache";
import { productNow } from "@travel-conductor/core/base/time";
import type * as Flight from "@travel-conductor/core/flight";
import type * as Limit from "@travel-conductor/core/limit";
import { createMiddleware } from "hono/factory";
import { payerOf } from "./caller.ts";
import { startSessionBatch } from "./session.ts";

export type AskingRedis = { Variables: { caller: Flight.Caller } };

/**
 * For a handler that asks Redis or the providers. It adds commands of its own for Redis by `askRedis`, once, and they
 * leave in the request's one batch, with the count against `rule`, the session's look-up and the note of the search. A
 * handler that fails before is counted all the same. The payer of provider calls is determined when it is needed.
 */
export function askingRedis(rule: Limit.Rule) {
  return createMiddleware<AskingRedis>(async (c, next) => {
    const at = productNow();
    const { commands, send, session, sessionId, cached } = startSessionBatch(c, rule);
    const askRedis: Flight.AskRedis = async (addCommands, criteria) => {
      // The note comes before the look-up of the answer, because it records which answer was stored then. A refused
      // request runs neither.
      if (criteria) Analytics.recordSearch(commands, { at, sessionId, requestId: c.get("requestId"), criteria });
      const answer = orFallback(addCommands(commands), undefined);
      await send();
      return answer;
    };
    const payer = async () => payerOf(c, await orFallback(session(), undefined));
    c.set("caller", { askRedis, payer });
    await next();
    await send();
    // Reads the session's user from the cached copy only, so that the next request can be counted per account. A search
    // neither waits for Postgres here nor fails with it.
    await orFallback(session(true), undefined);
    await cached();
  });
}
