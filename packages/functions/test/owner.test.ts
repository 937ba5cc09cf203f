import { sql } from "@travel-conductor/core/base/db";
import { describe, expect, test } from "vitest";
import * as a from "./support/client.ts";
import { operations, routes } from "./support/document.ts";
import { none, request } from "./support/requests.ts";

/** For each route with a session and an id, the resource it could show or change; a route without a row fails. */
const tables: Record<string, string[]> = {
  "/v1/watches/": ["price_watches", "watch_fares"],
  "/v1/alerts/": ["alerts"],
  "/v1/bookings/": ["bookings"],
  "/v1/travelers/": ["travelers", "traveler_documents"],
  "/v1/channels/": ["channels", "messages"],
  "/v1/payment-methods/": ["payment_methods"],
  "/v1/me/sessions/": ["sessions"],
  "/v1/me/keys/": ["api_keys"],
  "/v1/me/export/": ["exports"],
  "/v1/me/factors/passkeys/": ["passkeys"],
  "/v1/me/searches/": ["search_analytics"],
  "/v1/tips/": ["posts", "post_votes", "post_reports"],
  "/v1/reviews/": ["posts", "post_votes", "post_reports"],
};

/** What people do with places, and with texts of others. */
const open = /^\w+ \/v1\/(?:places\/|(?:tips|reviews)\/\{id\}\/(?:useful|reports))/;

const signed = new Set(operations.filter((operation) => operation.signed).map(({ key }) => key));
const owned = routes.filter(
  ({ key, operation }) =>
    operation && signed.has(key) && key.includes("{") && !key.includes(" /v1/admin/") && !open.test(key),
);

/** Has nothing of what the requests ask for. */
const stranger = await a.user();

test("every route with a session and an id is known here", () => {
  expect(owned.length).toBeGreaterThan(5);
  for (const { key } of owned)
    expect(Object.keys(tables).filter((path) => key.split(" ")[1]?.startsWith(path))).toHaveLength(1);
});

describe.each(owned)("$key", ({ key }) => {
  const method = key.split(" ")[0] ?? "";
  const kinds = Object.entries(tables).find(([path]) => key.includes(` ${path}`))?.[1] ?? [];
  const rows = (userId: string) =>
    Promise.all(
      kinds.map((table) =>
        table === "watch_fares"
          ? sql`select to_json(watch_fares)::text as "row" from watch_fares order by 1`
          : sql`
              select to_json(${sql.unsafe(table)})::text as "row"
                from ${sql.unsafe(table)}
               where ${sql.unsafe(table)}.user_id = ${userId}
               order by 1`,
      ),
    );

  test("another user's id is answered as an unknown one, byte for byte, also without a session, and nothing changes", async () => {
    const { path, token: owner, ...asked } = await request(key);
    const [theirs, nobodys] = [await a.call(method, path, asked), await a.call(method, none(path), asked)];
    expect(theirs.status).toBe(401);
    expect(await a.answer(theirs)).toEqual(await a.answer(nobodys));
    const me = await a.read(await a.call("GET", "/v1/me", { token: owner ?? "" }), 200);
    const before = await rows(me.user.id);
    const foreign = await a.answer(await a.call(method, path, { ...asked, token: stranger.token }));
    expect(foreign.status).toBe(404);
    expect(await a.answer(await a.call(method, none(path), { ...asked, token: stranger.token }))).toEqual(foreign);
    expect(await rows(me.user.id)).toEqual(before);
    const mine = await a.call(method, path, { ...asked, token: owner ?? "" });
    expect(mine.status, await mine.text()).toBeLessThan(300);
  });
});
