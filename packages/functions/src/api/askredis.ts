import * as Analytics from "@travel-conductor/core/analytics";
import { orFallback } from "@travel-conductor/core/base/cache";
import { isUnreachable } from "@travel-conductor/core/base/db";
import type * as Flight from "@travel-conductor/core/flight";
import type * as Limit from "@travel-conductor/core/limit";
import { createMiddleware } from "hono/factory";
import { payerOf } from "./caller.ts";
import { startSessionBatch } from "./session.ts";

export type AskingRedis = { Variables: { caller: Flight.Caller } };

/**
 * For a handler that asks Redis or the providers. It adds commands of its own for Redis by `askRedis`, once, and they
 * leave in the request's one batch, with the count against `rule`, the look-up of the session or key and the note of the
 * search. A handler that fails before is counted all the same. The payer of provider calls is determined when it is
 * needed.
 *
 * A key that does not work, or lacks the scope, is refused after the handler, whose answer is then dropped: the commands
 * have made the request the one that asks for others too, and they must not wait for it in vain. Until then it counts as
 * a caller without a session. While Postgres, which would know the key, does not answer, it is such a caller.
 */
export function askingRedis(rule: Limit.Rule) {
  return createMiddleware<AskingRedis>(async (c, next) => {
    const at = new Date();
    const { commands, send, caller, sender, isKey, cached } = startSessionBatch(c, rule);
    const askRedis: Flight.AskRedis = async (addCommands, criteria) => {
      // The note comes before the look-up of the answer, because it records which answer was stored then. A refused
      // request runs neither.
      if (criteria)
        Analytics.recordSearch(commands, { at, sessionId: sender, requestId: c.get("requestId"), criteria });
      const answer = orFallback(addCommands(commands), undefined);
      await send();
      // Beside the handler's own work, so that a key that Redis does not have takes no longer.
      if (isKey) caller().catch(() => undefined);
      return answer;
    };
    const payer = async () => payerOf(c, await orFallback(caller(), undefined));
    c.set("caller", { askRedis, payer });
    await next();
    await send();
    if (isKey) await caller().catch(unlessUnreachable);
    // Reads the session's user from the cached copy only, so that the next request can be counted per account. A search
    // neither waits for Postgres here nor fails with it.
    else await orFallback(caller(true), undefined);
    await cached();
  });
}

function unlessUnreachable(error: unknown): void {
  if (!isUnreachable(error)) throw error;
}
