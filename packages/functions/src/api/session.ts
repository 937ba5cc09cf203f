import { Problem } from "@travel-conductor/core/error";
import * as Session from "@travel-conductor/core/session";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";

/** The web's way to be signed in; a mobile client sends the same token as `Authorization: Bearer`. */
export const cookie = "__Host-session";
const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;

/** The token that came with a request. One in Authorization is meant, so a cookie beside it is not looked at. */
export function token(c: Context): string | undefined {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) return /^Bearer ([\w.~+/=-]{1,512})$/i.exec(authorization)?.[1];
  return getCookie(c, cookie);
}

/** Lets the signed in through and says who they are in `c.var.userId`. */
export const signedIn = createMiddleware<{ Variables: { userId: string } }>(async (c, next) => {
  const given = token(c);
  const session = given === undefined ? undefined : await Session.validate(given, new Date());
  if (session === undefined) throw unsigned();
  c.set("userId", session.userId);
  await next();
});

export function unsigned(): Problem {
  return new Problem("auth", "session.missing", "Please sign in.");
}

/** Kept for 90 days, as long as a session can last: where it ends sooner, the server says so. */
export function remember(c: Context, token: string): void {
  setCookie(c, cookie, token, { ...attributes, maxAge: 90 * 86_400 });
}

export function forget(c: Context): void {
  deleteCookie(c, cookie, attributes);
}
