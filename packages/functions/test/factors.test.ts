import { sql } from "@travel-conductor/core/base/db";
import * as Factor from "@travel-conductor/core/factor";
import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";
import * as f from "./support/factors.ts";

const code = (ticket: string, code: string | undefined, sent: a.Sent = {}) =>
  a.call("POST", "/v1/auth/login/code", { ...sent, body: { ticket, code } });

test("a wrong password is answered alike for an account with codes and passkeys, with none, and for no account", async () => {
  const one = await f.owner();
  await f.withPasskey(one);
  await f.withApp(one);
  const seen: object[] = [];
  for (const email of [one.email, (await a.user()).email, a.signup().email]) {
    let answer = {};
    const requests = await counted(async () => {
      answer = await a.answer(await a.call("POST", "/v1/auth/login", { body: { email, password: "not this one" } }));
    });
    seen.push({ ...answer, requests });
  }
  expect(seen[0]).toMatchObject({ status: 401, requests: { redis: 1, postgres: 2 } });
  for (const each of seen) expect(each).toEqual(seen[0]);
});

test("the right password of an account with codes gives a ticket, no cookie, and costs as much as any", async () => {
  const one = await f.owner();
  const { codes } = await f.withApp(one);
  const body = { email: one.email, password: a.password };
  let response = new Response();
  const requests = await counted(async () => {
    response = await a.call("POST", "/v1/auth/login", { body });
  });
  expect(requests).toEqual({ redis: 1, postgres: 2 });
  expect(response.headers.getSetCookie()).toEqual([]);
  const { ticket, ...rest } = await a.read(response, 200);
  expect(rest).toEqual({ expiresAt: expect.any(String) });
  expect((await a.call("GET", "/v1/me", { token: ticket })).status).toBe(401);
  const signed = await code(ticket, codes[0]);
  expect(signed.headers.getSetCookie().map((cookie) => cookie.split("=")[0])).toEqual([
    "__Host-session",
    "__Host-device",
  ]);
  const { session } = await a.read(signed, 200);
  const me = await a.read(await a.call("GET", "/v1/me/factors", { token: session.token }), 200);
  expect(me).toMatchObject({ passkeys: [], recoveryCodes: 9 });
});

test("codes are limited by account from anywhere, and a known device has a limit of its own", async () => {
  const body = a.signup();
  const made = await a.call("POST", "/v1/auth/signup", { body });
  const device = made.headers.getSetCookie().find((cookie) => cookie.startsWith("__Host-device="));
  const cookie = device?.split(";")[0] ?? "";
  const one = await f.ownerOf((await a.read(made, 201)).session.token);
  const { codes } = await f.withApp(one);
  const ticket = await f.ticket(one.email);
  const statuses: number[] = [];
  for (let tries = 0; tries < 20; tries++) statuses.push((await code(ticket, "000000")).status);
  expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(10);
  expect(statuses.at(-1)).toBe(429);
  expect((await code(ticket, codes[0])).status).toBe(429);
  expect((await code(ticket, codes[0], { headers: { cookie: "__Host-device=x" } })).status).toBe(429);
  expect((await code(ticket, codes[0], { headers: { cookie } })).status).toBe(200);
});

test("tickets that do not exist use up no account's tries", async () => {
  const address = a.somewhere();
  const statuses: number[] = [];
  for (let tries = 0; tries < 70; tries++) statuses.push((await code("A".repeat(43), "000000", { address })).status);
  expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(60);
  expect(statuses).toContain(429);
  const one = await f.owner();
  const { codes } = await f.withApp(one);
  expect((await code(await f.ticket(one.email), codes[0])).status).toBe(200);
});

test("a passkey signs in with the cookies of any sign-in, and is recorded as one", async () => {
  const one = await f.owner();
  const { device } = await f.withPasskey(one);
  const options = await a.read(await a.call("POST", "/v1/auth/passkey/options"), 200);
  const response = await a.call("POST", "/v1/auth/passkey", { body: { credential: device.get(options) } });
  expect(response.headers.getSetCookie()).toHaveLength(2);
  expect(await a.read(response, 200)).toMatchObject({ user: { id: one.userId } });
  const [event] = await sql`
    select account_events.event
      from account_events
     where account_events.user_id = ${one.userId}
     order by account_events.id desc
     limit 1`;
  expect(event).toEqual({ event: "login" });
});

test("a new passkey has an address of its own, and fields that a browser adds are no fault", async () => {
  const one = await f.owner();
  const { device, id } = await f.withPasskey(one);
  expect(id).toMatch(/^psk_/);
  const options = await Factor.optionsToReauthenticate(one.sessionId, new Date());
  const credential = { ...device.get(options), added: { later: true } };
  const again = await a.call("POST", "/v1/auth/reauthenticate/passkey", { token: one.token, body: { credential } });
  expect(again.status).toBe(204);
  const { path, ...request } = await (await import("./support/requests.ts")).request("POST /v1/me/factors/passkeys");
  const made = await a.call("POST", path, request);
  expect(made.headers.get("location")).toBe(`${path}/${(await a.read(made, 201)).id}`);
});
