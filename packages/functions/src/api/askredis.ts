import * as Analytics from "@travel-conductor/core/analytics";
import { orFallback } from "@travel-conductor/core/base/cache";
import * as Flight from "@travel-conductor/core/flight";
import type * as Limit from "@travel-conductor/core/limit";
import type { Context } from "hono";
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
    const at = new Date();
    const { commands, send, session, sessionId, cached } = startSessionBatch(c, rule, costOf(c));
    const askRedis: Flight.AskRedis = async (addCommands, criteria = []) => {
      // The note comes before the look-up of the answer, because it records which answer was stored then. A refused
      // request runs neither.
      for (const each of [criteria].flat())
        Analytics.recordSearch(commands, { at, sessionId, requestId: c.get("requestId"), criteria: each });
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

/** The look-ups that a request takes: one for each pair of its places. It counts as that number of requests. */
function costOf(c: Context): number {
  const { origin, destination } = c.req.valid("query" as never) as { origin?: unknown; destination?: unknown };
  const count = (places: unknown) => Math.min([places].flat().length, Flight.maxPlaces);
  return count(origin) * count(destination);
}
