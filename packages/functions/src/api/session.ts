import { orFallback } from "@travel-conductor/core/base/cache";
import { Problem } from "@travel-conductor/core/base/error";
import { realNow } from "@travel-conductor/core/base/time";
import type * as Limit from "@travel-conductor/core/limit";
import * as Session from "@travel-conductor/core/session";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { clientOf } from "./caller.ts";
import { tokenOf } from "./cookie.ts";
import { type RedisBatch, startRedisBatch } from "./redisbatch.ts";

/** `proven`: the user's e-mail address is. */
export type SignedIn = { Variables: { userId: string; sessionId: string; proven: boolean } };

/**
 * Requires a session and sets its user, in one request to Redis together with the count of the request. A request
 * without one is counted too, by its address.
 */
export const signedIn = createMiddleware<SignedIn>(async (c, next) => {
  const { send, session, cached } = startSessionBatch(c, "general");
  await send();
  const found = await session();
  if (found === undefined) throw unauthenticated();
  c.set("userId", found.userId);
  c.set("sessionId", found.sessionId);
  c.set("proven", found.proven);
  await next();
  await cached();
});

export function unauthenticated(): Problem {
  return new Problem("auth", "session.missing", "Please sign in.");
}

/** The user of each session key that this process has seen; it never changes. */
const owners = new Map<string, string>();

type SessionBatch = RedisBatch & {
  sessionId: string | null;
  /** The session, from Redis or else from Postgres; with `cachedOnly` from Redis alone. */
  session: (cachedOnly?: boolean) => Promise<Session.Valid | undefined>;
  /** Waits until Redis has stored a session that Postgres returned. */
  cached: () => Promise<void>;
};

/** Starts a batch that looks the session up; it also counts by account once this process knows the session's user. */
export function startSessionBatch(c: Context, rule: Limit.Rule): SessionBatch {
  const token = tokenOf(c);
  const lookup = token === undefined ? undefined : Session.lookup(token);
  const { commands, send } = startRedisBatch(c, rule, lookup && owners.get(lookup.key));
  const stored = lookup && orFallback<string | null | undefined>(commands.get(lookup.key), undefined);
  return {
    commands,
    send,
    sessionId: lookup?.sessionId ?? null,
    async session(cachedOnly = false) {
      const value = await stored;
      if (!lookup || (cachedOnly && !lookup.isCopy(value))) return undefined;
      const found = await lookup.resolve(value, realNow(), clientOf(c));
      if (found && owners.size >= 10_000) owners.clear();
      if (found) owners.set(lookup.key, found.userId);
      return found;
    },
    cached: async () => lookup?.refilled(),
  };
}
