import { sql } from "@travel-conductor/core/base/db";
import * as Privacy from "@travel-conductor/core/privacy";
import { request } from "@travel-conductor/local/event";
import { expect, test } from "vitest";
import { maxBodyBytes } from "../src/api/guard.ts";
import { handler } from "../src/api/lambda.ts";
import * as a from "./support/client.ts";

type Event = Parameters<typeof handler>[0];

/** The event of API Gateway's HTTP API for a request; `over` replaces members of it. */
function event(method: string, path: string, options: Parameters<typeof request>[2] = {}, over = {}): Event {
  return { ...request(method, path, options), ...over } as object as Event;
}

const base64 = (body: unknown) => ({
  body: Buffer.from(JSON.stringify(body)).toString("base64"),
  isBase64Encoded: true,
});

test("signing up, watching and reading work through events", async () => {
  const body = a.signup();
  const made = await handler(event("POST", "/v1/auth/signup", { body: {} }, base64(body)));
  expect(made.statusCode).toBe(201);
  expect(made.cookies?.[0]).toMatch(/^__Host-session=/);
  const { token } = JSON.parse(made.body).session;

  const watched = await handler(event("POST", "/v1/watches", { token, body: a.wanted() }));
  expect(watched.statusCode).toBe(201);
  const listed = await handler(event("GET", "/v1/watches?limit=1", { token }));
  const { places, carriers, ...watch } = JSON.parse(watched.body);
  expect(JSON.parse(listed.body)).toEqual({ items: [watch], nextCursor: null, unread: 0, places, carriers });
  expect(listed.headers["x-request-id"]).toBeTruthy();
});

test("a cookie is read from its own member of the event", async () => {
  const { token } = await a.user();
  const answer = await handler(event("GET", "/v1/me", {}, { cookies: ["theme=dark", `__Host-session=${token}`] }));
  expect(answer.statusCode).toBe(200);
});

test("a body is measured by its decoded size before it is decoded", async () => {
  const sized = (bytes: number) => ({ email: "x".repeat(bytes - 12) });
  const status = async (body: object, over = {}) =>
    (await handler(event("POST", "/v1/auth/login", { body }, over))).statusCode;
  expect(await status(sized(maxBodyBytes))).toBe(422);
  expect(await status(sized(maxBodyBytes + 1))).toBe(413);
  expect(await status({}, base64(sized(maxBodyBytes)))).toBe(422);
  expect(await status({}, base64(sized(maxBodyBytes + 1)))).toBe(413);
});

test("odd events are answered as problems", async () => {
  const problem = async (odd: Event, status: number) => {
    const answer = await handler(odd);
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([status, "application/problem+json"]);
    return JSON.parse(answer.body);
  };
  await problem(event("GET", "/v1/me", { body: { a: 1 } }), 401);
  await problem(event("GET", "/v1/auth/%00%ff/../x"), 404);
  await problem(event("POST", "/v1/auth/login", { body: {} }, { body: "e30", isBase64Encoded: true }), 422);
  await problem(event("POST", "/v1/auth/login", { body: "" }), 400);
});

test("the docs are sent as text, with a policy of their own", async () => {
  const page = await handler(event("GET", "/docs"));
  expect([page.statusCode, page.isBase64Encoded]).toEqual([200, false]);
  expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
  const script = await handler(event("GET", "/docs/swagger-ui-bundle.js"));
  expect([script.statusCode, script.isBase64Encoded]).toEqual([200, false]);
});

test("an export too large for one answer is sent in parts, without loss", async () => {
  const { token, userId, email } = await a.user();
  // The worst case: each quote takes two bytes, and four in Lambda's own answer.
  await sql`
    insert into sessions (id, user_id, device, expires_at)
    select md5(n::text) || md5(n::text), ${userId}, repeat('"', 10000), now() + interval '1 day'
      from generate_series(1, 500) as n`;
  expect((await handler(event("POST", "/v1/me/export", { token }))).statusCode).toBe(202);
  await Privacy.prepareExports(new Date());
  const [row] = await sql`select exports.id from exports where exports.user_id = ${userId}`;
  const link = `/v1/me/export/${row?.id}?token=${await a.link(email, "export_ready")}`;

  const first = await handler(event("GET", link, { token }));
  const { parts } = JSON.parse(first.body);
  expect(parts).toBeGreaterThan(3);
  const sessions = new Set<string>();
  const sizes: number[] = [];
  for (let part = 1; part <= parts; part++) {
    const answer = await handler(event("GET", `${link}&part=${part}`, { token }));
    sizes.push(Buffer.byteLength(JSON.stringify(answer)));
    const held = JSON.parse(answer.body);
    expect(held).toMatchObject({ part, parts });
    for (const { id } of held.sessions) sessions.add(id);
  }
  expect(Math.max(...sizes)).toBeGreaterThan(5_900_000);
  expect(Math.max(...sizes)).toBeLessThan(6 * 1024 * 1024);
  expect(sessions.size).toBe(501);
  const zip = await handler(event("GET", `${link}&format=csv&part=2`, { token }));
  expect(zip).toMatchObject({
    statusCode: 200,
    isBase64Encoded: true,
    headers: {
      "content-type": "application/zip",
      "content-disposition": expect.stringMatching(/^attachment; filename="exp_\w{26}\.2\.csv\.zip"$/),
    },
  });
  expect(Buffer.from(zip.body, "base64").subarray(0, 4).toString("latin1")).toBe("PK\x03\x04");
  expect((await handler(event("GET", `${link}&format=xls`, { token }))).statusCode).toBe(422);
  expect((await handler(event("GET", `${link}&part=${parts + 1}`, { token }))).statusCode).toBe(404);
  expect((await handler(event("GET", `${link}&part=0`, { token }))).statusCode).toBe(422);
});
