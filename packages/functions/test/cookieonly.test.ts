import * as Factor from "@travel-conductor/core/factor";
import * as Session from "@travel-conductor/core/session";
import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";
import * as f from "./support/factors.ts";

type SignIn = () => Promise<{ path: string; body: object; status: number }>;

const ways: Record<string, SignIn> = {
  "a sign-up": async () => ({ path: "/v1/auth/signup", body: a.signup(), status: 201 }),
  "a password": async () => {
    const { email } = await a.user();
    return { path: "/v1/auth/login", body: { email, password: a.password }, status: 200 };
  },
  "a code": async () => {
    const one = await f.owner();
    const { codes } = await f.withApp(one);
    return { path: "/v1/auth/login/code", body: { ticket: await f.ticket(one.email), code: codes[0] }, status: 200 };
  },
  "a passkey": async () => {
    const { device } = await f.withPasskey(await f.owner());
    const credential = device.get(await Factor.optionsToSignIn(new Date()));
    return { path: "/v1/auth/passkey", body: { credential }, status: 200 };
  },
};

/** The session's token in the cookie that an answer sets. */
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => /^__Host-session=([^;]+)/.exec(cookie)?.[1])
    .find(Boolean);

describe.each(Object.keys(ways))("a session that begins with %s", (way) => {
  const begin = ways[way] as SignIn;

  test("is in the cookie alone where it is asked for so, and works", async () => {
    const { path, body, status } = await begin();
    const response = await a.call("POST", path, { body: { ...body, session: "cookie" } });
    const token = cookieOf(response) ?? "";
    const text = await response.clone().text();
    const { session, user } = await a.read(response, status);
    expect(session).toEqual({ expiresAt: expect.stringMatching(/Z$/) });
    expect(text).not.toContain(token);
    expect(text).not.toContain(Session.lookup(token).sessionId);
    const me = await a.call("GET", "/v1/me", { headers: { cookie: `__Host-session=${token}` } });
    expect((await a.read(me, 200)).user.id).toBe(user.id);
  });

  test("is in the answer too otherwise; another place is refused", async () => {
    const { path, body, status } = await begin();
    const { errors } = await a.read(await a.call("POST", path, { body: { ...body, session: "header" } }), 422);
    expect(errors).toMatchObject([{ pointer: "/session" }]);
    const response = await a.call("POST", path, { body: { ...body, session: "token" } });
    expect((await a.read(response, status)).session.token).toBe(cookieOf(response));
  });
});
