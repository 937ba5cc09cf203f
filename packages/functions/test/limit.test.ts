import { createServer, type Server } from "node:net";
import { sql } from "@travel-conductor/core/base/db";
import { env } from "@travel-conductor/core/base/env";
import { withoutService } from "@travel-conductor/core/test/network";
import { counted } from "@travel-conductor/local/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { app } from "../src/api/index.ts";
import * as a from "./support/client.ts";
import { right, through, wrong } from "./support/tries.ts";

test("one address trying hundreds of accounts is limited", async () => {
  const address = a.somewhere();
  const tried = await through(300, (n) => wrong(`victim-${n}@example.com`, { address }));
  expect(tried).toBeGreaterThanOrEqual(60);
  expect(tried).toBeLessThan(130);
});

test("hundreds of addresses trying one account are limited, whether or not it exists", async () => {
  for (const email of [(await a.user()).email, a.signup().email]) {
    const tried = await through(300, () => wrong(email));
    expect(tried).toBeGreaterThanOrEqual(10);
    expect(tried).toBeLessThan(25);
    const respelt = await wrong(` ${email.toUpperCase()} `);
    expect(await a.read(respelt, 429)).toMatchObject({ code: "limit.reached" });
  }
});

test("the owner with the right password still signs in from a known device, and no other device does by that", async () => {
  const body = a.signup();
  const made = await a.call("POST", "/v1/auth/signup", { body });
  const device = made.headers.getSetCookie().find((cookie) => cookie.startsWith("__Host-device="));
  expect(device).toMatch(/^__Host-device=[0-9a-f]{64}; Max-Age=31536000; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const cookie = device?.split(";")[0] ?? "";
  const address = await a.spent();
  await through(12, () => wrong(body.email));
  expect((await right(body.email)).status).toBe(429);
  expect((await right(body.email, { headers: { cookie } })).status).toBe(200);
  expect((await right(body.email, { address, headers: { cookie } })).status).toBe(200);

  const other = await a.user();
  await through(12, () => wrong(other.email));
  for (const foreign of [cookie, "__Host-device=x", `__Host-device=${"0".repeat(64)}`])
    expect((await right(other.email, { headers: { cookie: foreign } })).status).toBe(429);
  // The known device has ten tries of its own, not a thousand.
  expect(await through(40, () => wrong(body.email, { headers: { cookie } }))).toBeLessThan(20);
});

test("a caller that goes on past its limit costs no request to Redis for a second, and is then asked about again", async () => {
  const [address, { token }] = [await a.spent(), await a.user()];
  const refused = async (path = "/v1/me") => {
    const response = await a.call("GET", path, { token, address });
    expect(response.headers.get("ratelimit")).toMatch(/"[a-z]+-address";r=0;t=\d+/);
    expect(response.headers.get("ratelimit-policy")).toMatch(/"[a-z]+-address";q=\d+;w=60/);
    expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
    return (await a.read(response, 429)).code;
  };
  const search = `/v1/flights?origin=LHR&destination=JFK&departureDate=${a.wanted().departureDate}`;
  for (const path of ["/v1/me", search]) {
    await a.call("GET", path, { token, address });
    const began = Date.now();
    const spent = await counted(() => Promise.all(Array.from({ length: 20 }, () => refused(path))));
    // On a machine that is held up, the second may end in between.
    if (Date.now() - began < 900) expect(spent).toEqual({ postgres: 0, redis: 0 });
  }
  expect((await a.call("GET", "/v1/me", { token })).status).toBe(200);
  await new Promise((done) => setTimeout(done, 1_100));
  expect(await counted(() => refused())).toEqual({ postgres: 0, redis: 1 });
});

test("what had no room for a costly request has room for a small one", async () => {
  const [address, { token }] = [a.somewhere(), await a.user()];
  const date = a.wanted().departureDate;
  const search = (from: string, to: string) =>
    a.call("GET", `/v1/flights?origin=${from}&destination=${to}&departureDate=${date}`, { token, address });
  // Each counts as nine.
  for (let n = 0; n < 6; n++) expect((await search("LHR,LGW,STN", "JFK,EWR,LGA")).status).toBe(200);
  expect((await search("LHR,LGW,STN", "JFK,EWR,LGA")).status).toBe(429);
  expect((await search("LHR", "JFK")).status).toBe(200);
  expect((await search("LHR,LGW,STN", "JFK,EWR,LGA")).status).toBe(429);
});

test("sign-up cannot test a list of addresses, nor resets fill a mailbox", async () => {
  const address = a.somewhere();
  const taken = await through(100, () => a.call("POST", "/v1/auth/signup", { address, body: a.signup() }));
  expect(taken).toBeLessThan(45);
  const { email } = await a.user();
  const post = (path: string) => through(30, () => a.call("POST", path, { body: { email } }));
  expect(await post("/v1/auth/verify/resend")).toBeLessThan(12);
  expect(await post("/v1/auth/reset")).toBeLessThan(22);
  const letters = await sql`
    select messages.kind, count(*)::int as "count" from messages where messages.email = ${email} group by messages.kind`;
  // The first proof is that of the sign-up.
  for (const { kind, count } of letters) expect([kind, count]).toEqual([kind, 5]);
  expect(letters.map(({ kind }) => kind).sort()).toEqual(["reset", "verify"]);
  const body = { token: await a.link(email, "reset"), password: "ten large blue boats" };
  expect((await a.call("POST", "/v1/auth/reset/confirm", { body })).status).toBe(204);
});

test("requests to send the link again, from anywhere, use up no reset of the mailbox", async () => {
  const { email } = await a.user();
  await through(30, () => a.call("POST", "/v1/auth/verify/resend", { body: { email } }));
  await a.accepted(await a.call("POST", "/v1/auth/reset", { body: { email } }));
  expect(await a.link(email, "reset")).toMatch(/^[\w-]{43}$/);
});

/** Sign-ups that are refused with 422, in turn. */
const mistaken = (n: number) =>
  [
    { ...a.signup(), email: "ann@example" },
    { ...a.signup(), password: "password1" },
    { ...a.signup(), firstName: "" },
    {},
    { ...a.signup(), admin: true },
  ][n % 5];

test.each([
  ["Redis", <T>(work: () => Promise<T>) => work()],
  ["Postgres, with Redis gone", <T>(work: () => Promise<T>) => withoutService("redis", work)],
])("invalid sign-ups have a limit of their own, 60 an hour, and lock no desk: counted in %s", async (_, count) => {
  await count(async () => {
    const address = a.somewhere();
    const signup = (body: unknown) => a.call("POST", "/v1/auth/signup", { address, body });
    for (let n = 0; n < 40; n++) expect((await signup(mistaken(n))).status).toBe(422);
    const made = await signup(a.signup());
    expect(made.status).toBe(201);
    expect(made.headers.get("ratelimit-policy")).toContain('"signup-address"');
    const more = await through(60, (n) => signup(mistaken(n)));
    expect(more).toBeGreaterThanOrEqual(20);
    // The end of a window in between lets some more pass.
    expect(more).toBeLessThan(60);
    expect(await a.read(await signup(mistaken(0)), 429)).toMatchObject({ code: "limit.reached" });
    expect((await signup(a.signup())).status).toBe(201);
  });
});

test("the caller's address is the one that API Gateway saw, whatever the headers say", async () => {
  const address = await a.spent();
  for (const name of ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip", "via"]) {
    const headers = { [name]: name === "forwarded" ? "for=203.0.113.9" : "203.0.113.9" };
    expect((await a.call("GET", "/v1/airports?q=lon", { address, headers })).status).toBe(429);
  }
  // A distribution's headers too, where no secret of one is set.
  for (const proof of ["", "x".repeat(40), "undefined"]) {
    const headers = {
      "x-origin-secret": proof,
      "x-viewer-address": "203.0.113.9",
      "cloudfront-viewer-address": "203.0.113.9:443",
    };
    expect((await a.call("GET", "/v1/airports?q=lon", { address, headers })).status).toBe(429);
  }
  const neighbour = address.replace(/::1$/, ":ffff:1:2:3");
  expect((await a.call("GET", "/v1/airports?q=lon", { address: neighbour })).status).toBe(429);
  expect((await a.call("GET", "/v1/airports?q=lon")).status).toBe(200);
});

test("an account is counted from any address", async () => {
  const { token } = await a.user();
  const me = () => a.call("GET", "/v1/me", { token });
  const left = async () => Number(/"general-account";r=(\d+)/.exec((await me()).headers.get("ratelimit") ?? "")?.[1]);
  await me();
  const before = await left();
  expect(await left()).toBe(before - 1);
});

test("unknown paths are limited like known ones", async () => {
  const address = await a.spent();
  for (const path of ["/v1/nowhere", "/openapi.json", "/docs", "/wp-login.php"])
    expect((await a.call("GET", path, { address })).status).toBe(429);
});

test("a screen's requests have limits of their own, beside that of searches", async () => {
  const { token } = await a.user();
  const address = a.somewhere();
  const { id } = await a.watch(token);
  const { departureDate, ...wanted } = a.wanted();
  const journey = "origin=STN&destination=BGY&currency=GBP";
  const sent: [string, string, string, object?][] = [
    ["search", "GET", `/v1/flights?${journey}&departureDate=${departureDate}`],
    ["calendar", "GET", `/v1/flights/calendar?${journey}&month=${departureDate.slice(0, 7)}`],
    ["insight", "GET", `/v1/flights/insight?${journey}&departureDate=${departureDate}`],
    ["decisions", "GET", `/v1/watches/${id}/decisions`],
    ["simulation", "POST", "/v1/watches/simulate", { ...wanted, departureDate }],
  ];
  for (const [rule, method, path, body] of sent) {
    const response = await a.call(method, path, { token, address, ...(body && { body }) });
    expect(response.status).toBe(200);
    const quota = rule === "insight" ? 120 : 60;
    expect(response.headers.get("ratelimit-policy")).toContain(`"${rule}-address";q=${quota};w=60`);
    expect(response.headers.get("ratelimit")).toContain(`"${rule}-address";r=${quota - 1};`);
  }
});

describe.each(["hangs", "refuses"])("a Redis that %s", (how) => {
  const send = globalThis.fetch;
  let broken: Server;
  beforeAll(async () => {
    broken = createServer((socket) => (how === "hangs" ? socket.on("error", () => undefined) : socket.destroy()));
    await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
    const { port } = broken.address() as { port: number };
    globalThis.fetch = (input, init) => {
      const url = String(input);
      if (!url.startsWith(env.UPSTASH_REDIS_REST_URL)) return send(input, init);
      return send(url.replace(env.UPSTASH_REDIS_REST_URL, `http://127.0.0.1:${port}`), init);
    };
  });
  afterAll(() => {
    globalThis.fetch = send;
    broken.close();
  });

  test("lets general requests pass, and states no limits that it did not count", async () => {
    const { token } = await a.user();
    const address = a.somewhere();
    for (const path of ["/v1/airports?q=lon", "/v1/watches"]) {
      const answer = await app.request(path, { headers: { authorization: `Bearer ${token}` } }, a.gateway(address));
      expect([answer.status, answer.headers.get("ratelimit")]).toEqual([200, null]);
    }
  });

  test("leaves the limits of sign-in to Postgres: one address and one account are still limited", async () => {
    const { email } = await a.user();
    const many = await through(25, () => wrong(email));
    expect(many).toBe(10);
    const address = a.somewhere();
    expect(await through(75, (n) => wrong(`victim-${how}-${n}@example.com`, { address }))).toBe(60);
    const refused = await right(email);
    expect(await a.read(refused, 429)).toMatchObject({ code: "limit.reached" });
    expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  }, 60_000);
});
