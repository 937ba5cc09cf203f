import { sql } from "@travel-conductor/core/base/db";
import { logger } from "@travel-conductor/core/base/log";
import { withoutService } from "@travel-conductor/core/test/network";
import { counted } from "@travel-conductor/local/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { maxBodyBytes } from "../src/api/guard.ts";
import { app } from "../src/api/index.ts";
import * as a from "./support/client.ts";
import { operations } from "./support/document.ts";
import { request } from "./support/requests.ts";

vi.hoisted(() => vi.stubEnv("ALLOWED_ORIGINS", "https://web.example.com, https://app.example.com"));
afterEach(() => vi.restoreAllMocks());

const evil = [
  undefined,
  "null",
  "https://evil.example.com",
  `${a.origin}.evil.example.com`,
  "https://sub.app.example.com",
];

const types = [
  "application/json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "",
];

test("a valid request id is kept, and otherwise a new one is made", async () => {
  const sent = async (id?: string) => {
    const response = await a.call("GET", "/v1/me", id === undefined ? {} : { headers: { "x-request-id": id } });
    const { requestId } = await a.read(response, 401);
    expect(response.headers.get("x-request-id")).toBe(requestId);
    return requestId;
  };
  expect(await sent("web-7f_3A=")).toBe("web-7f_3A=");
  for (const id of ["a b", "x".repeat(65), "<script>", "é", undefined]) {
    expect(await sent(id)).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test("the same token signs in as a bearer and as a cookie, and in no other form", async () => {
  const { token } = await a.user();
  const status = async (headers: Record<string, string>) => (await a.call("GET", "/v1/me", { headers })).status;
  expect(await status({ authorization: `Bearer ${token}` })).toBe(200);
  expect(await status({ authorization: `bearer ${token}` })).toBe(200);
  expect(await status({ cookie: `__Host-session=${token}` })).toBe(200);
  expect(await status({ cookie: `session=${token}` })).toBe(401);
  expect(await status({ authorization: token })).toBe(401);
  expect(await status({ authorization: `Basic ${token}` })).toBe(401);
  expect(await status({ authorization: "Bearer x", cookie: `__Host-session=${token}` })).toBe(401);
});

test("signing up, in and out sets and removes a cookie that scripts and other sites cannot read", async () => {
  const body = a.signup();
  const cookies = async (response: Response) => response.headers.getSetCookie();
  const [made] = await cookies(await a.call("POST", "/v1/auth/signup", { body }));
  expect(made).toMatch(/^__Host-session=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Lax$/);

  const login = await a.call("POST", "/v1/auth/login", { body: { email: body.email, password: body.password } });
  const token = (await cookies(login))[0]?.slice("__Host-session=".length).split(";")[0] ?? "";
  const headers = { cookie: `__Host-session=${token}`, origin: a.origin };
  const out = await a.call("POST", "/v1/auth/logout", { headers });
  expect(out.status).toBe(204);
  expect((await cookies(out))[0]).toMatch(/^__Host-session=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/);

  expect((await a.call("GET", "/v1/me", { headers })).status).toBe(401);
  expect((await a.call("POST", "/v1/auth/logout", { token })).status).toBe(204);
});

describe.each(operations.filter(({ method }) => method !== "GET"))("$key", ({ key, method }) => {
  test("with the cookie only a trusted page may change something, whatever it sends", async () => {
    const { path, body = {}, headers: own, token = (await a.user()).token } = await request(key);
    const cookie = `__Host-session=${token}`;
    const send = (headers: Record<string, string>) =>
      a.call(method, path, { body, headers: { ...own, cookie, ...headers } });
    const requests = await counted(async () => {
      for (const origin of evil) {
        for (const type of types) {
          const refused = await send({ "content-type": type, ...(origin === undefined ? {} : { origin }) });
          expect(await a.read(refused, 403)).toMatchObject({ code: "request.origin" });
        }
      }
    });
    expect(requests).toEqual({ postgres: 0, redis: 0 });
    const done = await send({ origin: a.origin });
    expect(done.status, await done.text()).toBeLessThan(300);
  });
});

test("only trusted pages may read answers", async () => {
  const allowed = async (origin: string, method = "GET") => {
    const headers = {
      origin,
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "authorization",
    };
    const response = await a.call(method, "/v1/watches", { headers });
    expect(response.headers.get("vary")).toContain("Origin");
    return response.headers.get("access-control-allow-origin");
  };
  for (const method of ["GET", "OPTIONS"]) {
    expect(await allowed(a.origin, method)).toBe(a.origin);
    for (const origin of evil) if (origin) expect(await allowed(origin, method)).toBeNull();
  }
});

test("every answer carries the security headers", async () => {
  for (const path of ["/health", "/v1/me", "/nowhere"]) {
    const { headers } = await a.call("GET", path);
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
    expect(headers.get("strict-transport-security")).toMatch(/^max-age=63072000/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-powered-by")).toBeNull();
  }
});

test("an unknown path is 404 and a wrong method 405 with the allowed methods", async () => {
  expect(await a.read(await a.call("GET", "/v1/nowhere"), 404)).toMatchObject({ code: "request.path" });
  const { token } = await a.user();
  expect((await a.call("GET", "/v1/watches/wch_short", { token })).status).toBe(404);
  const wrong = await a.call("PUT", "/v1/watches", { token });
  expect(await a.read(wrong, 405)).toMatchObject({ code: "request.method" });
  expect(wrong.headers.get("allow")).toBe("GET, POST");
  expect((await a.call("HEAD", "/health")).status).toBe(200);
});

test("a body is read up to its limit and not beyond, whatever its stated length", async () => {
  const sized = (bytes: number) => JSON.stringify({ email: "x".repeat(bytes - 12) });
  const status = async (body: string, headers = {}) =>
    (await a.call("POST", "/v1/auth/login", { body, headers })).status;
  expect(await status(sized(maxBodyBytes))).toBe(422);
  expect(await status(sized(maxBodyBytes + 1))).toBe(413);
  expect(await status(sized(maxBodyBytes + 1), { "content-length": "10" })).toBe(413);
  expect(await status("{}", { "content-length": String(maxBodyBytes + 1) })).toBe(413);
});

test("an endless body is cut off at the limit, while it streams", async () => {
  let sent = 0;
  const body = new ReadableStream({
    pull(stream) {
      sent += 16_384;
      stream.enqueue(new Uint8Array(16_384));
    },
  });
  const init = { method: "POST", headers: { "content-type": "application/json" }, body, duplex: "half" };
  expect((await app.request("/v1/auth/login", init as RequestInit)).status).toBe(413);
  expect(sent).toBeLessThan(maxBodyBytes + 4 * 16_384);
});

test("a body that is not JSON in UTF-8 is 400, and one of another media type 415", async () => {
  const status = async (body: string | Uint8Array<ArrayBuffer>, type = "application/json; charset=utf-8") => {
    const response = await app.request("/v1/auth/login", { method: "POST", headers: { "content-type": type }, body });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    return response.status;
  };
  for (const body of ["", "{", "{} {}", "nul", "{'a':1}", Buffer.from([0x22, 0xff, 0x22])])
    expect(await status(body)).toBe(400);
  for (const type of ["", "text/plain", "application/jsonp", "application/x-www-form-urlencoded"]) {
    expect(await status("{}", type)).toBe(415);
  }
});

test("every field at fault is named with its position", async () => {
  const { token } = await a.user();
  const named = async (response: Response) =>
    (await a.read(response, 422)).errors.map(({ pointer }: { pointer: string }) => pointer).toSorted();
  const body = { ...a.wanted(), origin: "S", adults: "2", childAges: [4, 40], "a/b~c": 1 };
  expect(await named(await a.call("POST", "/v1/watches", { token, body }))).toEqual([
    "/adults",
    "/a~1b~0c",
    "/childAges/1",
    "/origin",
  ]);
  expect(await named(await a.call("POST", "/v1/watches", { token, body: [] }))).toEqual([""]);
  expect(await named(await a.call("GET", "/v1/watches?limit=0&cursor=", { token }))).toEqual(["#limit"]);
  expect(await named(await a.call("GET", "/v1/watches?cursor=abc", { token }))).toEqual(["#cursor"]);
  for (const name of ["q", "limit"]) {
    expect(await named(await a.call("GET", `/v1/airports?q=lon&limit=1&${name}=`))).toEqual([`#${name}`]);
  }
  const flights = "/v1/flights?origin=STN&destination=BGY&departureDate=2027-02-30";
  for (const ages of ["", "4,", "4.5", "[4]"]) {
    expect(await named(await a.call("GET", `${flights}&childAges=${ages}`))).toEqual(["#childAges", "#departureDate"]);
  }
  expect(await named(await a.call("GET", `${flights}&childAges=4&childAges=9&adult=1`))).toEqual([
    "#adult",
    "#childAges",
    "#departureDate",
  ]);
  expect(await named(await a.call("GET", "/v1/me?a=1&b=2", { token }))).toEqual(["#a", "#b"]);
});

test("an unavailable store is 503, and health names it", async () => {
  for (const [store, name] of [
    ["postgres", "Postgres"],
    ["redis", "Redis"],
  ] as const) {
    const problem = await withoutService(store, async () => a.read(await a.call("GET", "/health"), 503));
    expect(problem).toMatchObject({ code: "health.unavailable", detail: `No answer from ${name}.` });
  }
  const probed = () => a.call("GET", "/health?stores=redis");
  expect((await counted(probed)).postgres).toBe(0);
  expect(await withoutService("postgres", async () => (await probed()).status)).toBe(200);
  expect(await withoutService("redis", async () => (await probed()).status)).toBe(503);
});

test("a schema older than the code is 503, and says so", async () => {
  const { token } = await a.user();
  await sql`alter table alerts rename column mistake_fare to later`;
  const problem = await a.read(await a.call("GET", "/v1/alerts", { token }), 503);
  expect(problem).toMatchObject({ code: "service.outdated" });
  await sql`alter table alerts rename column later to mistake_fare`;
});

test("an unexpected error is 500 with a fixed sentence, and is logged with its trace and without its text", async () => {
  await sql`alter table users add constraint unforeseen check (last_name <> 'Quux')`;
  const log = vi.spyOn(logger, "error").mockImplementation(() => logger);
  const body = { ...a.signup(), lastName: "Quux" };
  const problem = await a.read(
    await a.call("POST", "/v1/auth/signup", { body, headers: { "x-request-id": "r1" } }),
    500,
  );
  expect(problem).toMatchObject({ code: "service.unexpected", detail: "Something went wrong on our side." });
  const line = JSON.stringify(log.mock.calls);
  expect(JSON.parse(line)).toEqual([
    ["service.unexpected", expect.objectContaining({ requestId: "r1", path: "/v1/auth/signup" })],
  ]);
  expect(line).not.toContain("Quux");
  expect(line).not.toContain(body.email);
});
