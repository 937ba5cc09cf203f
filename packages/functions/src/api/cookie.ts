import * as Key from "@travel-conductor/core/key";
import * as Session from "@travel-conductor/core/session";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

/** Carries the session's token for browsers; a mobile client sends the same token as `Authorization: Bearer`. */
export const sessionCookie = "__Host-session";
const deviceCookie = "__Host-device";
const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;

/** The token of a request. One in `Authorization` counts; a cookie beside it is then ignored. */
export function tokenOf(c: Context): string | undefined {
  return c.req.header("authorization") === undefined ? getCookie(c, sessionCookie) : bearerOf(c);
}

/** The key of a request: only in `Authorization`, because a browser would send a cookie by itself. */
export function keyOf(c: Context): string | undefined {
  const bearer = bearerOf(c);
  return bearer !== undefined && Key.isSecret(bearer) ? bearer : undefined;
}

const bearerOf = (c: Context) => /^Bearer ([\w.~+/=-]{1,512})$/i.exec(c.req.header("authorization") ?? "")?.[1];

/** The id of an earlier session that this browser kept, by which its account knows it. */
export function deviceOf(c: Context): string | undefined {
  return getCookie(c, deviceCookie);
}

/**
 * Stores the token for 90 days, the longest that a session can last; where it ends sooner, the server says so. The
 * session's id, which opens nothing, is kept for a year, so that the browser is recognised at the next sign-in.
 */
export function remember(c: Context, token: string): void {
  setCookie(c, sessionCookie, token, { ...attributes, maxAge: 90 * 86_400 });
  setCookie(c, deviceCookie, Session.lookup(token).sessionId, { ...attributes, maxAge: 365 * 86_400 });
}

export function forget(c: Context): void {
  deleteCookie(c, sessionCookie, attributes);
}
