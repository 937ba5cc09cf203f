import * as Analytics from "@travel-conductor/core/analytics";
import { sql } from "@travel-conductor/core/base/db";
import { withoutService } from "@travel-conductor/core/test/network";
import { counted } from "@travel-conductor/local/testing";
import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";
import { operations } from "./support/document.ts";
import { request } from "./support/requests.ts";

test("a key in a cookie is no key, and one in Authorization counts before a cookie", async () => {
  const { token } = await a.user();
  const { key } = await a.key(token, ["read"]);
  const cookie = (value: string) => ({ cookie: `__Host-session=${value}` });
  const inCookie = await a.call("GET", "/v1/watches", { headers: cookie(key) });
  expect(await a.read(inCookie, 401)).toMatchObject({ code: "session.missing" });
  expect((await a.call("GET", "/v1/watches", { token: key, headers: cookie("x") })).status).toBe(200);
  const both = await a.call("GET", "/v1/me/sessions", { token: key, headers: cookie(token) });
  expect(await a.read(both, 403)).toMatchObject({ code: "key.scope" });
});

test("the answer to a new key says where it is, is kept nowhere, and is never compressed", async () => {
  const { token } = await a.proven();
  const headers = { "accept-encoding": "gzip", "idempotency-key": "one" };
  const body = { name: "🗝".repeat(100), scopes: ["read", "watch", "export"] };
  const make = () => a.call("POST", "/v1/me/keys", { token, headers, body });
  const answer = await make();
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("content-encoding")).toBeNull();
  const made = await a.read(answer.clone(), 201);
  expect(answer.headers.get("location")).toBe(`/v1/me/keys/${made.id}`);
  const { key, ...info } = made;
  expect(await a.read(await a.call("GET", `/v1/me/keys/${made.id}`, { token }), 200)).toEqual(info);
  // A stored answer would hold the key.
  expect((await a.read(await make(), 201)).id).not.toBe(made.id);
  const rows = await sql`select idempotency_keys::text as "row" from idempotency_keys`;
  expect(JSON.stringify(rows)).not.toContain(made.id);
});

test("a key asks for an export without the password, and only the owner of the address gets the link", async () => {
  const { token, userId, email } = await a.user();
  const { id: keyId, key } = await a.key(token, ["export"]);
  await sql`update sessions set proven_at = now() - interval '1 hour' where sessions.user_id = ${userId}`;
  expect(await a.read(await a.call("POST", "/v1/me/export", { token }), 403)).toMatchObject({
    code: "session.unproven",
  });
  const { id } = await a.read(await a.call("POST", "/v1/me/export", { token: key }), 202);
  expect(await a.link(email, "export_ready")).toBeUndefined();
  const guessed = await a.call("GET", `/v1/me/export/${id}?token=x`, { token: key });
  expect(await a.read(guessed, 404)).toMatchObject({ code: "export.missing" });
  const events = await sql`
    select account_events.key_id as "keyId", account_events.session_id as "sessionId"
      from account_events
     where account_events.user_id = ${userId}
       and account_events.event = 'export'`;
  expect(events).toEqual([{ keyId, sessionId: null }]);
});

describe("the limits of keys", () => {
  const policies = (response: Response) =>
    [...(response.headers.get("ratelimit-policy") ?? "").matchAll(/"([a-z-]+)";q=(\d+)/g)].map(([, name, quota]) => [
      name,
      Number(quota),
    ]);

  test("a key has its own, and all keys of an account together have one more", async () => {
    const { token } = await a.user();
    const [one, two] = [await a.key(token, ["read"]), await a.key(token, ["read"])];
    const read = (key: string, path = "/v1/alerts") => a.call("GET", path, { token: key });
    expect(policies(await read(one.key))).toEqual([
      ["general-address", 600],
      ["general-key", 150],
    ]);
    // From the second request on this process knows the key's user.
    const programs = [
      ["general-address", 600],
      ["general-programs", 300],
      ["general-key", 150],
    ];
    expect(policies(await read(one.key))).toEqual(programs);
    await read(two.key);
    const left = async (key: string) =>
      /"general-programs";r=(\d+)/.exec((await read(key)).headers.get("ratelimit") ?? "")?.[1];
    const before = Number(await left(one.key));
    expect(Number(await left(two.key))).toBe(before - 1);
    const { path } = await request("GET /v1/flights");
    await read(one.key, path);
    expect(policies(await read(one.key, path))).toEqual([
      ["search-address", 60],
      ["search-programs", 60],
      ["search-key", 30],
    ]);
  });

  test("many keys get no more than the account, and do not lock its owner out", async () => {
    const { token } = await a.user();
    const keys = await Promise.all(Array.from({ length: 4 }, () => a.key(token, ["read"])));
    const read = (key: string) => a.call("GET", "/v1/alerts", { token: key });
    for (const { key } of keys) await read(key);
    let passed = 0;
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(keys.flatMap(({ key }) => Array.from({ length: 6 }, () => read(key))));
      passed += answers.filter(({ status }) => status === 200).length;
    }
    // The end of a window in between lets some more pass.
    expect(passed).toBeGreaterThanOrEqual(280);
    expect(passed).toBeLessThan(400);
    expect((await a.call("GET", "/v1/alerts", { token })).status).toBe(200);
    const { path } = await request("GET /v1/flights");
    expect((await a.call("GET", path, { token: keys[0]?.key ?? "" })).status).toBe(200);
  }, 60_000);

  test("a key in the header does not change how a login is counted", async () => {
    const { token } = await a.user();
    const { key } = await a.key(token, ["read"]);
    const { path, ...sent } = await request("POST /v1/auth/login");
    expect(policies(await a.call("POST", path, { ...sent, token: key }))).toEqual([
      ["login-address", 60],
      ["login-account", 10],
    ]);
  });

  test("10 keys an hour are made for an account", async () => {
    const { token } = await a.user();
    for (let n = 0; n < 10; n++) await a.key(token, ["read"]);
    const body = { name: "One", scopes: ["read"] };
    expect((await a.call("POST", "/v1/me/keys", { token, body })).status).toBeOneOf([201, 429]);
    const more = await Promise.all(Array.from({ length: 9 }, () => a.call("POST", "/v1/me/keys", { token, body })));
    expect(more.map(({ status }) => status)).toContain(429);
  });
});

describe("the requests of a request with a key", () => {
  // These have one more with a session as well.
  const second = ["GET /v1/me/usage", "GET /v1/watches/{id}/decisions", "GET /v1/watches/{id}/overview"];
  // This one answers what the process knows.
  const known = ["GET /v1/channels/kinds", "GET /v1/channels/push-key"];
  const reads = operations.filter(({ method, signed, scope }) => method === "GET" && signed && scope);

  test.each(reads)("$key: as many as with a session", async ({ key, scope = "" }) => {
    const { path, token = "", ...sent } = await request(key);
    const made = await a.key(token, [scope]);
    const read = async () => expect((await a.call("GET", path, { ...sent, token: made.key })).status).toBe(200);
    // The first use as well, which is written.
    const own = { redis: second.includes(key) ? 2 : 1, postgres: known.includes(key) ? 0 : 1 };
    expect(await counted(read)).toEqual({ redis: own.redis + 1, postgres: own.postgres + 1 });
    expect(await counted(read)).toEqual(own);
  });

  test("a stored search: one request to Redis and none to Postgres", async () => {
    const { path } = await request("GET /v1/flights");
    const { token } = await a.user();
    const { key } = await a.key(token, ["read"]);
    const read = async () => expect((await a.call("GET", path, { token: key })).status).toBe(200);
    await read();
    expect(await counted(read)).toEqual({ redis: 1, postgres: 0 });
  });

  test("a refusal: one request to Redis, and one to Postgres where Redis has no copy", async () => {
    const { token } = await a.user();
    const { key } = await a.key(token, ["read"]);
    const refused = async () => expect((await a.call("DELETE", "/v1/me", { token: key })).status).toBe(403);
    await refused();
    expect(await counted(refused)).toEqual({ redis: 1, postgres: 0 });
    const malformed = async () => expect((await a.call("GET", "/v1/alerts", { token: "tck_x" })).status).toBe(401);
    expect(await counted(malformed)).toEqual({ redis: 1, postgres: 0 });
  });
});

test("a search with a key is in the history of its user", async () => {
  const { token } = await a.user();
  const { key } = await a.key(token, ["read"]);
  const { path } = await request("GET /v1/flights");
  expect((await a.call("GET", path, { token: key })).status).toBe(200);
  await Analytics.flush(new Date(Date.now() + 60_000));
  const { items } = await a.read(await a.call("GET", "/v1/me/searches", { token }), 200);
  expect(items).toMatchObject([{ origin: "STN", destination: "BGY" }]);
});

test("while Postgres is away, a stored search is answered to a key that Redis does not have", async () => {
  const { path } = await request("GET /v1/flights");
  const { token } = await a.user();
  const { key } = await a.key(token, ["read"]);
  await a.read(await a.call("GET", path), 200);
  expect((await withoutService("postgres", () => a.call("GET", path, { token: key }))).status).toBe(200);
  const alerts = await withoutService("postgres", () => a.call("GET", "/v1/alerts", { token: key }));
  expect(await a.read(alerts, 503)).toMatchObject({ code: "service.unavailable" });
});

test("without Redis a key works, and a revoked one does not", async () => {
  const { token } = await a.user();
  const [one, two] = [await a.key(token, ["read"]), await a.key(token, ["read"])];
  expect((await a.call("DELETE", `/v1/me/keys/${two.id}`, { token })).status).toBe(204);
  const read = (key: string) => withoutService("redis", () => a.call("GET", "/v1/alerts", { token: key }));
  expect([(await read(one.key)).status, (await read(two.key)).status]).toEqual([200, 401]);
});
