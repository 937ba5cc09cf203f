import { sql } from "@travel-conductor/core/db";
import { provider } from "@travel-conductor/core/flight";
import { newId } from "@travel-conductor/core/id";
import { describe, expect, test, vi } from "vitest";
import { without } from "../../core/test/wire.ts";
import { limit } from "../src/api/guard.ts";
import * as a from "./client.ts";
import { answered, operations, routes } from "./document.ts";

type Request = a.Sent & { path: string };

/** A request that each operation answers as it promises; ids in its path are the sender's own. */
const good: Record<string, () => Request | Promise<Request>> = {
  "GET /health": () => ({ path: "/health" }),
  "POST /v1/auth/signup": () => ({ path: "/v1/auth/signup", body: a.signup() }),
  "POST /v1/auth/login": async () => {
    const { email } = await a.user();
    return { path: "/v1/auth/login", body: { email, password: a.password } };
  },
  "POST /v1/auth/logout": async () => ({ path: "/v1/auth/logout", token: (await a.user()).token }),
  "GET /v1/me": async () => ({ path: "/v1/me", token: (await a.user()).token }),
  "GET /v1/airports": () => ({ path: "/v1/airports?q=lon&limit=3" }),
  "GET /v1/flights": () => ({
    path: `/v1/flights?origin=stn&destination=BGY&departureDate=${a.wanted().departureDate}&adults=2&childAges=4,9&maxStops=1&currency=GBP`,
  }),
  "GET /v1/watches": async () => {
    const { token } = await a.user();
    await a.watch(token);
    await a.watch(token, { adults: 2 });
    return { path: "/v1/watches?limit=1", token };
  },
  "POST /v1/watches": async () => ({ path: "/v1/watches", token: (await a.user()).token, body: a.wanted() }),
  "GET /v1/watches/{id}": () => mine(""),
  "PATCH /v1/watches/{id}": () => mine("", { targetPrice: "18.50", alertThreshold: null }),
  "DELETE /v1/watches/{id}": () => mine(""),
  "GET /v1/watches/{id}/history": () => mine("/history?limit=2"),
  "POST /v1/watches/{id}/check": () => mine("/check"),
  "GET /v1/alerts": async () => {
    const { token } = await a.user();
    await a.alert(token);
    return { path: "/v1/alerts?limit=100", token };
  },
  "PATCH /v1/alerts/{id}": async () => {
    const { token } = await a.user();
    const { id } = await a.alert(token);
    return { path: `/v1/alerts/${id}`, token, body: { read: true } };
  },
};

async function mine(rest: string, body?: unknown): Promise<Request> {
  const { token } = await a.user();
  const { id } = await a.watch(token);
  return { path: `/v1/watches/${id}${rest}`, token, ...(body === undefined ? {} : { body }) };
}

type Spoil = (request: Request, send: (request: Request) => Promise<Response>) => Promise<Response>;

/** How a good request comes to each status, on any route. */
const spoilt: Record<number, Spoil> = {
  400: (request, send) => send({ ...request, body: '{"read":tru' }),
  401: ({ token, ...request }, send) => send(request),
  403: ({ token, ...request }, send) =>
    send({ ...request, headers: { cookie: "__Host-session=x", origin: "https://evil.example.com" } }),
  404: ({ path, ...request }, send) => send({ ...request, path: path.replace(/[0-9a-z]{26}/, newId("wch").slice(4)) }),
  413: (request, send) => send({ ...request, body: `{"email":"${"a".repeat(limit)}"}` }),
  415: (request, send) => send({ ...request, headers: { "content-type": "text/plain" } }),
  422: (request, send) => send({ ...request, path: `${request.path.split("?")[0]}?nonsense=1` }),
  503: (request, send) => without("postgres", () => send(request)),
};

/** Where a status has a cause of the route's own. */
const own: Record<string, Spoil> = {
  "POST /v1/auth/login 401": (request, send) =>
    send({ ...request, body: { ...(request.body as object), password: "another one" } }),
  "POST /v1/auth/signup 409": async (request, send) => {
    await send(request);
    return send(request);
  },
  "GET /v1/me 404": async (request, send) => {
    const { user } = await a.read(await send(request), 200);
    await sql`delete from users where users.id = ${user.id}`;
    return send(request);
  },
  "GET /v1/flights 502": fails("provider_error"),
  "GET /v1/flights 503": fails("rate_limited"),
  "GET /v1/flights 504": fails("provider_error", true),
  "POST /v1/watches 409": async (request, send) => {
    await send(request);
    return send(request);
  },
  "PATCH /v1/watches/{id} 409": ended,
  "POST /v1/watches/{id}/check 409": ended,
  "POST /v1/watches/{id}/check 429": async (request, send) => {
    await send(request);
    return send(request);
  },
};

/** The provider answers what it may, and nobody but it is replaced. */
function fails(status: "provider_error" | "rate_limited", late = false): Spoil {
  return async (request, send) => {
    const spy = vi.spyOn(provider, "search").mockImplementation(async (_criteria, _at, signal) => {
      if (late) Object.defineProperty(signal, "aborted", { value: true });
      return { status, offers: [] };
    });
    return send(request).finally(() => spy.mockRestore());
  };
}

async function ended(request: Request, send: (request: Request) => Promise<Response>): Promise<Response> {
  const id = request.path.split("/")[3];
  await sql`update price_watches set ended_at = now(), is_active = false where price_watches.id = ${id}`;
  return send(request);
}

async function request(key: string): Promise<Request> {
  const make = good[key];
  if (!make) throw new Error(`${key} has no good request`);
  return make();
}

test("every route stands in the document, and has a good request", () => {
  const keys = operations.map(({ key }) => key).sort();
  expect([...new Set(routes.map(({ key }) => key))].sort()).toEqual(keys);
  expect(Object.keys(good).sort()).toEqual(keys);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(keys.length);
});

describe.each(operations)("$key", (operation) => {
  const { key, method, statuses } = operation;
  const send = ({ path, ...sent }: Request) => a.call(method, path, sent);

  test.each(statuses)("answers %i as the document says", async (status) => {
    const spoil = own[`${key} ${status}`] ?? spoilt[status] ?? ((asked) => send(asked));
    const response = await spoil(await request(key), send);
    expect(response.status, await response.clone().text()).toBe(status);
    await answered(response, operation);
  });
});

const owned = operations.filter(({ path }) => path.includes("{id}"));

test.each(owned)("$key answers alike for another user's id and for none", async ({ key, method }) => {
  const { path, ...mine } = await request(key);
  const theirs = { ...mine, token: (await a.user()).token };
  const none = path.replace(/[0-9a-z]{26}/, newId("wch").slice(4));
  const foreign = await a.read(await a.call(method, path, theirs), 404);
  const unknown = await a.read(await a.call(method, none, theirs), 404);
  expect({ ...foreign, requestId: "" }).toEqual({ ...unknown, requestId: "" });
  expect((await a.call(method, path, mine)).status).toBeLessThan(300);
});
