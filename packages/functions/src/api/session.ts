import * as Analytics from "@travel-conductor/core/analytics";
import { orFallback } from "@travel-conductor/core/base/cache";
import { Problem } from "@travel-conductor/core/base/error";
import type * as Flight from "@travel-conductor/core/flight";
import * as Limit from "@travel-conductor/core/limit";
import * as Session from "@travel-conductor/core/session";
import * as User from "@travel-conductor/core/user";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { address, trip } from "./limit.ts";

/** The web's way to be signed in; a mobile client sends the same token as `Authorization: Bearer`. */
export const cookie = "__Host-session";
const device = "__Host-device";
const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;

/** The token that came with a request. One in Authorization is meant, so a cookie beside it is not looked at. */
export function token(c: Context): string | undefined {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) return /^Bearer ([\w.~+/=-]{1,512})$/i.exec(authorization)?.[1];
  return getCookie(c, cookie);
}

/** Where a request came from: its address, and the browser or app by its own account. */
export function from(c: Context): { address: string | undefined; device: string | undefined } {
  return { address: address(c), device: c.req.header("user-agent") };
}

export type Signed = { Variables: { userId: string; sessionId: string } };

/** Lets the signed in through and says who they are, in one request to Redis with the count of what they ask. */
export const signedIn = createMiddleware<Signed>(async (c, next) => {
  if (token(c) === undefined) throw unsigned();
  const { go, session, refilled } = begin(c, "general");
  await go();
  const found = await session();
  if (found === undefined) throw unsigned();
  c.set("userId", found.userId);
  c.set("sessionId", found.sessionId);
  await next();
  await refilled();
});

/**
 * Counts a request against `rule`: by its address and, where somebody is signed in or the body names an e-mail address,
 * by account. Stands after what says who that is.
 */
export function limited(rule: Limit.Rule) {
  return createMiddleware<Signed>(async (c, next) => {
    await trip(c, rule, c.var.userId ?? mailbox(c)).go();
    await next();
  });
}

/**
 * The limit of signing in. A browser that its account knows has one of its own, so that nobody else's tries, wherever
 * they come from, keep the owner out.
 */
export const slowed = createMiddleware(async (c, next) => {
  const account = mailbox(c);
  await trip(c, "login", account)
    .go()
    .catch(async (refusal) => {
      const kept = getCookie(c, device);
      const asked = refusal instanceof Problem && account !== undefined && kept !== undefined;
      if (!asked || !(await Limit.isKnownDevice(kept, account))) throw refusal;
      await trip(c, "known", `${account} ${kept}`).go();
    });
  await next();
});

export type Asking = { Variables: { ask: Flight.AskRedis } };

/**
 * The same for a handler that has questions for Redis itself: by `ask`, once, they go in the same request. One that
 * fails before it asks is counted then.
 */
export function asking(rule: Limit.Rule) {
  return createMiddleware<Asking>(async (c, next) => {
    const at = new Date();
    const { questions, go, session, sessionId, refilled } = begin(c, rule);
    c.set("ask", async (put, criteria) => {
      // Before the answer is looked for, which finds what the note says was there.
      const noted =
        criteria && Analytics.recordSearch(questions, { at, sessionId, requestId: c.get("requestId"), criteria });
      const answer = orFallback(put(questions), undefined);
      await go().catch(async (refusal) => {
        if (noted) await Analytics.withdrawSearch(noted);
        throw refusal;
      });
      return answer;
    });
    await next();
    await go();
    // Whom to count the next one for. Nobody's search waits for Postgres or fails with it.
    await orFallback(session(true), undefined);
    await refilled();
  });
}

/** Whose session it is, by its key in Redis, as far as this process has seen: that never changes. */
const owners = new Map<string, string>();

/** A trip for `rule` that brings the session along; it counts for the account too, once this process knows whose it is. */
function begin(c: Context, rule: Limit.Rule) {
  const given = token(c);
  const lookup = given === undefined ? undefined : Session.lookup(given);
  const { questions, go } = trip(c, rule, lookup && owners.get(lookup.key));
  const stored = lookup && orFallback<string | null | undefined>(questions.get(lookup.key), undefined);
  return {
    questions,
    go,
    sessionId: lookup?.sessionId ?? null,
    async session(cachedAlone = false): Promise<Session.Valid | undefined> {
      const cached = await stored;
      if (!lookup || (cachedAlone && typeof cached !== "string")) return undefined;
      const found = await lookup.resolve(cached, new Date(), from(c));
      if (found && owners.size >= 10_000) owners.clear();
      if (found) owners.set(lookup.key, found.userId);
      return found;
    },
    refilled: async () => lookup?.refilled(),
  };
}

/** The account that the body is about, in the form that accounts are told apart by. */
function mailbox(c: Context): string | undefined {
  const body = c.req.valid("json" as never) as { email?: unknown } | null | undefined;
  return typeof body?.email === "string" ? User.emailKey(body.email.slice(0, 400)) : undefined;
}

export function unsigned(): Problem {
  return new Problem("auth", "session.missing", "Please sign in.");
}

/**
 * The token is kept for 90 days, as long as a session can last: where it ends sooner, the server says so. Its session's
 * id, which opens nothing, is kept for a year: by it the browser is known again when somebody signs in.
 */
export function remember(c: Context, token: string): void {
  setCookie(c, cookie, token, { ...attributes, maxAge: 90 * 86_400 });
  setCookie(c, device, Session.lookup(token).sessionId, { ...attributes, maxAge: 365 * 86_400 });
}

export function forget(c: Context): void {
  deleteCookie(c, cookie, attributes);
}
