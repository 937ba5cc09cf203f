import { orFallback } from "@travel-conductor/core/base/cache";
import { Problem } from "@travel-conductor/core/base/error";
import { realNow } from "@travel-conductor/core/base/time";
import * as Key from "@travel-conductor/core/key";
import type * as Limit from "@travel-conductor/core/limit";
import * as Session from "@travel-conductor/core/session";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { clientOf } from "./caller.ts";
import { keyOf, tokenOf } from "./cookie.ts";
import { type RedisBatch, startRedisBatch } from "./redisbatch.ts";
import { requireScope } from "./scope.ts";

/**
 * `proven`: the user's e-mail address is; `lacksFactor`: see `Session.Valid`. With a key, `key` is its id and its SHA-256,
 * and `sessionId` is empty, which is the id of no session.
 */
export type SignedIn = {
  Variables: {
    userId: string;
    sessionId: string;
    proven: boolean;
    lacksFactor: boolean;
    key?: { id: string; hash: string };
  };
};

/**
 * Requires a session, or a key with the route's scope, and sets its user, in one request to Redis together with the
 * count of the request. A request without one is counted too, by its address.
 */
export const signedIn = createMiddleware<SignedIn>(async (c, next) => {
  const { send, caller, cached } = startSessionBatch(c, "general");
  await send();
  const found = await caller();
  if (found === undefined) throw unauthenticated();
  c.set("userId", found.userId);
  c.set("sessionId", found.sessionId);
  c.set("proven", found.proven);
  c.set("lacksFactor", found.lacksFactor);
  if (found.key) c.set("key", found.key);
  await next();
  await cached();
});

/** The reader of a public list: the id of a user with a session or a key, else null. */
export type Viewed = { Variables: { viewer: string | null; seesBookings: boolean } };

/** Finds the reader in the request to Redis that counts the request. Without a session that works it is null. */
export const viewed = createMiddleware<Viewed>(async (c, next) => {
  const { send, caller, cached } = startSessionBatch(c, "general");
  await send();
  const found = await caller();
  c.set("viewer", found?.userId ?? null);
  c.set("seesBookings", found !== undefined && !found.key && !found.lacksFactor);
  await next();
  await cached();
});

/**
 * Requires a session in which a second factor was given, where the account requires one; a key gives none. Stands after
 * `signedIn`. Only a refusal takes a request of its own.
 * @throws Problem `factor.required`
 */
export const requireFactor = createMiddleware<SignedIn>(async (c, next) => {
  const { userId, sessionId, lacksFactor } = c.var;
  if (lacksFactor && (await Session.lacksFactor(userId, sessionId))) throw Session.lackingFactor();
  await next();
});

export function unauthenticated(): Problem {
  return new Problem("auth", "session.missing", "Please sign in.");
}

/** The user of each session or key, by its key in Redis, that this process has seen; it never changes. */
const owners = new Map<string, string>();

type Caller = SignedIn["Variables"];

type SessionBatch = RedisBatch & {
  /** The sender of the request: the id of the session, or the SHA-256 of the key. */
  sender: string | null;
  /** Whether the request has a key instead of a session. */
  isKey: boolean;
  /**
   * The caller, from Redis or else from Postgres; with `cachedOnly` from Redis alone, which is for sessions.
   * @throws Problem `key.invalid`, `key.scope`
   */
  caller: (cachedOnly?: boolean) => Promise<Caller | undefined>;
  /** Waits until Redis has stored a session or key that Postgres returned. */
  cached: () => Promise<void>;
};

/**
 * Starts a batch that looks the caller up; it also counts by account once this process knows the caller's user. The
 * request counts as `cost` of them.
 */
export function startSessionBatch(c: Context, rule: Limit.Rule, cost = 1): SessionBatch {
  const secret = keyOf(c);
  return secret === undefined ? withSession(c, rule, cost) : withKey(c, rule, cost, secret);
}

function withSession(c: Context, rule: Limit.Rule, cost: number): SessionBatch {
  const token = tokenOf(c);
  const lookup = token === undefined ? undefined : Session.lookup(token);
  const { commands, send } = startRedisBatch(c, rule, { cost, account: lookup && owners.get(lookup.key) });
  const stored = lookup && orFallback<string | null | undefined>(commands.get(lookup.key), undefined);
  // A calendar asks for its payer before each call of a provider.
  let found: Promise<Session.Valid | undefined> | undefined;
  return {
    commands,
    send,
    sender: lookup?.sessionId ?? null,
    isKey: false,
    async caller(cachedOnly = false) {
      const value = await stored;
      if (!lookup || (cachedOnly && !found && !lookup.isCopy(value))) return undefined;
      found ??= lookup.resolve(value, realNow(), clientOf(c));
      const session = await found;
      if (session) keepOwner(lookup.key, session.userId);
      return session;
    },
    cached: async () => lookup?.refilled(),
  };
}

function withKey(c: Context, rule: Limit.Rule, cost: number, secret: string): SessionBatch {
  const lookup = Key.lookup(secret);
  const { commands, send } = startRedisBatch(c, rule, {
    cost,
    account: lookup && owners.get(lookup.key),
    key: lookup?.hash,
  });
  const stored = lookup && orFallback<string | null | undefined>(commands.get(lookup.key), undefined);
  let found: Promise<Key.Valid | undefined> | undefined;
  return {
    commands,
    send,
    sender: lookup?.hash ?? null,
    isKey: true,
    async caller() {
      found ??= (async () => lookup?.resolve(await stored, realNow(), clientOf(c)))();
      const key = await found;
      try {
        requireScope(c, key);
      } catch (refusal) {
        // A refusal, too, is answered after Redis has stored the copy.
        await lookup?.refilled();
        throw refusal;
      }
      if (lookup) keepOwner(lookup.key, key.userId);
      return {
        userId: key.userId,
        sessionId: "",
        proven: key.proven,
        lacksFactor: key.lacksFactor,
        key: { id: key.keyId, hash: lookup?.hash ?? "" },
      };
    },
    cached: async () => lookup?.refilled(),
  };
}

function keepOwner(key: string, userId: string): void {
  if (owners.size >= 10_000) owners.clear();
  owners.set(key, userId);
}
