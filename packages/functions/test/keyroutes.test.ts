import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import * as Key from "@travel-conductor/core/key";
import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";
import { operations } from "./support/document.ts";
import { request } from "./support/requests.ts";

/** The routes that a key opens, by the scope that it needs. A route that is not here must be closed to keys. */
const open: Record<string, string[]> = {
  read: [
    "GET /v1/search",
    "GET /v1/flights",
    "GET /v1/flights/calendar",
    "GET /v1/flights/calendar/grid",
    "GET /v1/flights/insight",
    "GET /v1/flights/forecast",
    "GET /v1/flights/offers/{id}",
    "GET /v1/me/usage",
    "GET /v1/places/{code}/tips",
    "GET /v1/places/{code}/reviews",
    "GET /v1/watches",
    "GET /v1/watches/{id}",
    "GET /v1/watches/{id}/history",
    "GET /v1/watches/{id}/insight",
    "GET /v1/watches/{id}/forecast",
    "GET /v1/watches/{id}/overview",
    "GET /v1/watches/{id}/decisions",
    "POST /v1/watches/simulate",
    "GET /v1/alerts",
    "GET /v1/alerts/unread",
    "GET /v1/alerts/{id}",
    "GET /v1/channels",
    "GET /v1/channels/kinds",
    "GET /v1/channels/push-key",
    "GET /v1/channels/{id}",
    "GET /v1/channels/{id}/tries",
  ],
  watch: [
    "POST /v1/watches",
    "PATCH /v1/watches/{id}",
    "DELETE /v1/watches/{id}",
    "POST /v1/watches/{id}/check",
    "POST /v1/watches/{id}/snooze",
    "DELETE /v1/watches/{id}/snooze",
    "POST /v1/watches/{id}/pause",
    "POST /v1/watches/{id}/resume",
    "POST /v1/watches/{id}/booked",
    "PATCH /v1/alerts/{id}",
    "POST /v1/alerts/read",
  ],
  export: ["GET /v1/me", "GET /v1/me/moved", "GET /v1/me/searches", "POST /v1/me/export", "GET /v1/me/export/{id}"],
};
const scopes = Object.keys(open);
const scopeOf = (key: string) => scopes.find((scope) => open[scope]?.includes(key));

const keyed = operations.filter(({ known }) => known);

test("each route states its scope, in the document as here, and by default no key opens it", () => {
  expect(
    keyed
      .filter(({ scope }) => scope)
      .map(({ key, scope }) => `${scope} ${key}`)
      .sort(),
  ).toEqual(scopes.flatMap((scope) => (open[scope] ?? []).map((key) => `${scope} ${key}`)).sort());
  expect(Key.Scope.options).toEqual(scopes);
});

/** Keys that do not work, each of a user of its own; those that ended were used, and thus cached, before. */
const dead: Record<string, (token: string, made: { id: string; key: string }) => Promise<unknown>> = {
  malformed: async (_, made) => {
    made.key += "0";
  },
  unknown: async (_, { id, key }) => {
    await sql`delete from api_keys where api_keys.id = ${id}`;
    await redis.del(Key.lookup(key)?.key ?? "");
  },
  expired: async (_, { id, key }) => {
    await sql`
      update api_keys
         set created_at = now() - interval '2 days', expires_at = now()
       where api_keys.id = ${id}`;
    await redis.del(Key.lookup(key)?.key ?? "");
  },
  revoked: async (token, { id }) => expect((await a.call("DELETE", `/v1/me/keys/${id}`, { token })).status).toBe(204),
  "of a deleted user": async (token) => expect((await a.call("DELETE", "/v1/me", { token })).status).toBe(204),
};

/** All routes are tried with the same dead keys, which have all scopes. */
const keys = await Promise.all(
  Object.entries(dead).map(async ([how, kill]) => {
    const { token } = await a.user();
    const made = await a.key(token, scopes);
    expect((await a.call("GET", "/v1/alerts", { token: made.key })).status).toBe(200);
    await kill(token, made);
    return { how, key: made.key };
  }),
);

describe.each(keyed)("$key", ({ key, method, path: pattern, signed }) => {
  const scope = scopeOf(key);

  test(scope ? "only a key with its scope opens it" : "no key opens it", async () => {
    const { path, ...sent } = await request(key);
    for (const one of keys) {
      const refused = await a.call(method, path, { ...sent, token: one.key });
      // Signing out looks no key up.
      const [status, code] = key === "POST /v1/auth/logout" ? [403, "key.scope"] : [401, "key.invalid"];
      expect(await a.read(refused, status as number), one.how).toMatchObject({ code });
    }
    const owner = sent.token ?? (await a.user()).token;
    const others = scopes.filter((one) => one !== scope);
    const wrong = await a.key(owner, others);
    const refused = await a.call(method, path, { ...sent, token: wrong.key });
    expect(await a.read(refused, 403)).toMatchObject({ code: "key.scope" });
    if (scope)
      expect(refused.headers.get("www-authenticate")).toBe(`Bearer error="insufficient_scope", scope="${scope}"`);
    // Nothing was changed, and the request is good.
    const good = scope ? { ...sent, token: (await a.key(owner, [scope])).key } : sent;
    const answer = await a.call(method, path, good);
    expect(answer.status, await answer.text()).toBeLessThan(300);
  });

  if (scope && pattern.includes("{id}") && signed)
    test("another user's key finds nothing", async () => {
      const { path, ...sent } = await request(key);
      const { key: foreign } = await a.key((await a.user()).token, [scope]);
      expect((await a.call(method, path, { ...sent, token: foreign })).status).toBe(404);
      const { key: own } = await a.key(sent.token ?? "", [scope]);
      const answer = await a.call(method, path, { ...sent, token: own });
      expect(answer.status, await answer.text()).toBeLessThan(300);
    });
});
