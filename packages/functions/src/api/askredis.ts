import * as Analytics from "@travel-conductor/core/analytics";
import { batch, orFallback } from "@travel-conductor/core/base/cache";
import { isUnreachable } from "@travel-conductor/core/base/db";
import { productNow } from "@travel-conductor/core/base/time";
import * as Flight from "@travel-conductor/core/flight";
import type * as Limit from "@travel-conductor/core/limit";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { payerOf } from "./caller.ts";
import { preferredOf } from "./currency.ts";
import { startSessionBatch } from "./session.ts";

export type AskingRedis = {
  Variables: { caller: Flight.Caller; preferredCurrency: () => Promise<string | undefined> };
};

/**
 * For a handler that asks Redis or the providers. It adds commands of its own for Redis by `askRedis`, once, and they
 * leave in the request's one batch, with the count against `rule`, the look-up of the session or key and the note of the
 * search; in a second one where `preferredCurrency` had to find the user first. A handler that fails before is counted
 * all the same. The payer of provider calls is determined when it is needed.
 *
 * A key that does not work, or lacks the scope, is refused after the handler, whose answer is then dropped: the commands
 * have made the request the one that asks for others too, and they must not wait for it in vain. Until then it counts as
 * a caller without a session. While Postgres, which would know the key, does not answer, it is such a caller.
 */
export function askingRedis(rule: Limit.Rule) {
  return createMiddleware<AskingRedis>(async (c, next) => {
    const at = productNow();
    const { commands, send, caller, sender, isKey, cached } = startSessionBatch(c, rule, costOf(c));
    let isSent = false;
    const sendFirst = () => {
      isSent = true;
      return send();
    };
    const askRedis: Flight.AskRedis = async (addCommands, criteria = []) => {
      const own = isSent ? batch() : commands;
      // The note comes before the look-up of the answer, because it records which answer was stored then. A refused
      // request runs neither.
      for (const each of [criteria].flat())
        Analytics.recordSearch(own, { at, sessionId: sender, requestId: c.get("requestId"), criteria: each });
      const answer = orFallback(addCommands(own), undefined);
      await (own === commands ? sendFirst() : own.send());
      // Beside the handler's own work, so that a key that Redis does not have takes no longer.
      if (isKey) caller().catch(() => undefined);
      return answer;
    };
    const userOf = async () => {
      await sendFirst();
      return (await orFallback(caller(), undefined))?.userId;
    };
    const payer = async () => payerOf(c, await orFallback(caller(), undefined));
    c.set("caller", { askRedis, payer });
    c.set("preferredCurrency", async () => (sender === null ? undefined : preferredOf(sender, userOf)));
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

/** The look-ups that a request takes: one for each pair of its places. It counts as that number of requests. */
function costOf(c: Context): number {
  const { origin, destination } = c.req.valid("query" as never) as { origin?: unknown; destination?: unknown };
  const count = (places: unknown) => Math.min([places].flat().length, Flight.maxPlaces);
  return count(origin) * count(destination);
}
