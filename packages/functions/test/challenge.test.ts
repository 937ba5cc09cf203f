import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";
import { operations } from "./support/document.ts";
import { request } from "./support/requests.ts";

const realm = 'Bearer realm="travel-conductor"';
/** Signing out may be repeated: any token will do. */
const signed = operations.filter(({ signed, key }) => signed && key !== "POST /v1/auth/logout");

test("there are routes with a session", () => {
  expect(signed.length).toBeGreaterThan(25);
});

describe.each(signed)("$key", ({ key, method }) => {
  test("answers 401 with a challenge as RFC 6750 has it: an error where a token was sent, and none elsewhere", async () => {
    const { path, token: _, ...asked } = await request(key);
    const challenge = async (sent: a.Sent) => {
      const { status, headers } = await a.call(method, path, { ...asked, ...sent });
      return [status, headers.get("www-authenticate")];
    };
    expect(await challenge({})).toEqual([401, realm]);
    expect(await challenge({ token: "x".repeat(43) })).toEqual([401, `${realm}, error="invalid_token"`]);
    expect(await challenge({ headers: { authorization: "Basic eDp5" } })).toEqual([
      401,
      `${realm}, error="invalid_token"`,
    ]);
    if (method === "GET") expect(await challenge({ headers: { cookie: "__Host-session=x" } })).toEqual([401, realm]);
  });
});

test("a wrong password is answered 401 with a challenge too", async () => {
  const { email, token } = await a.user();
  for (const [path, body] of [
    ["/v1/auth/login", { email, password: "not this one" }],
    ["/v1/auth/reauthenticate", { password: "not this one" }],
    ["/v1/me/password", { current: "not this one", next: "ten large blue boats" }],
  ] as const) {
    const { status, headers } = await a.call("POST", path, { token, body });
    expect([path, status, headers.get("www-authenticate")]).toEqual([path, 401, realm]);
  }
});

test("signing out without a token is answered 401 with a challenge", async () => {
  const { status, headers } = await a.call("POST", "/v1/auth/logout");
  expect([status, headers.get("www-authenticate")]).toEqual([401, realm]);
});
