import { EventEmitter, once } from "node:events";
import { sql } from "@travel-conductor/core/base/db";
import { logger } from "@travel-conductor/core/base/log";
import * as Privacy from "@travel-conductor/core/privacy";
import { interceptRequests } from "@travel-conductor/core/test/network";
import { expect, test, vi } from "vitest";
import * as a from "./support/client.ts";
import { document, operations } from "./support/document.ts";

const post = (token: string, key: string, body: unknown) =>
  a.call("POST", "/v1/watches", { token, headers: { "idempotency-key": key }, body });

async function watches(userId: string): Promise<number> {
  const [row] = await sql`select count(*)::int as "watches" from price_watches where price_watches.user_id = ${userId}`;
  return row?.watches;
}

test("the same key and body create one watch, with the same answer byte for byte", async () => {
  const { token, userId } = await a.user();
  const body = a.wanted();
  const first = await post(token, "k 1~", body);
  const text = await first.text();
  await a.call("PATCH", `/v1/watches/${JSON.parse(text).id}`, { token, body: { rules: { target: "1.00" } } });

  const again = await post(token, "k 1~", body);
  expect([again.status, await again.text()]).toEqual([201, text]);
  expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
  expect(await watches(userId)).toBe(1);
});

test("a key belongs to its user", async () => {
  const [one, two] = [await a.user(), await a.user()];
  const body = a.wanted();
  const [mine, theirs] = [
    await a.read(await post(one.token, "k", body), 201),
    await a.read(await post(two.token, "k", body), 201),
  ];
  expect(mine.id).not.toBe(theirs.id);
});

test("a key that was used for another body is refused", async () => {
  const { token, userId } = await a.user();
  await post(token, "k", a.wanted());
  expect(await a.read(await post(token, "k", a.wanted()), 422)).toMatchObject({
    code: "idempotency.mismatch",
    errors: [{ pointer: "#Idempotency-Key" }],
  });
  expect(await watches(userId)).toBe(1);
});

test("a key is 1 to 255 printable characters", async () => {
  const { token, userId } = await a.user();
  for (const key of ["", "k".repeat(256), "é", "a\tb"]) {
    expect(await a.read(await post(token, key, a.wanted()), 422)).toMatchObject({ code: "idempotency.key" });
  }
  expect(await watches(userId)).toBe(0);
  expect((await post(token, "k".repeat(255), a.wanted())).status).toBe(201);
});

test("a second request while the first runs must come again later", async () => {
  const { token, userId } = await a.user();
  const body = a.wanted();
  const door = new EventEmitter();
  const [there, open] = [once(door, "there"), once(door, "open")];
  const gate = async (_: string, sent: string) => {
    if (!sent.includes("insert into price_watches")) return;
    door.emit("there");
    await open;
  };
  await interceptRequests(gate, async () => {
    const first = post(token, "k", body);
    await there;
    const second = await post(token, "k", body);
    expect(second.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(await a.read(second, 409)).toMatchObject({ code: "idempotency.running" });
    door.emit("open");
    expect((await first).status).toBe(201);
  });
  expect(await watches(userId)).toBe(1);
});

test("a request whose answer could not be stored is answered, and creates the same watch when it is repeated", async () => {
  const { token, userId } = await a.user();
  const body = a.wanted();
  const dies = (_: string, sent: string) => {
    if (sent.includes("set status =")) throw new TypeError("fetch failed");
  };
  const first = await a.read(await interceptRequests(dies, () => post(token, "k", body)), 201);
  expect(await watches(userId)).toBe(1);
  await sql`update idempotency_keys set claimed_until = now() where idempotency_keys.user_id = ${userId}`;

  const made = await a.read(await post(token, "k", body), 201);
  expect(made.id).toBe(first.id);
  expect(await a.read(await a.call("GET", `/v1/watches/${made.id}`, { token }), 200)).toEqual(made);
  expect(await watches(userId)).toBe(1);
});

test("a refusal is answered as one when its key cannot be released", async () => {
  const { token } = await a.user();
  const fails = (_: string, sent: string) => {
    if (sent.includes("set claimed_until = now()")) throw new TypeError("fetch failed");
  };
  const refused = await interceptRequests(fails, () => post(token, "k", { ...a.wanted(), adults: 0 }));
  expect(await a.read(refused, 422)).toMatchObject({ code: "request.invalid" });
});

test("a refused request leaves its key free", async () => {
  const { token } = await a.user();
  expect((await post(token, "k", { ...a.wanted(), adults: 0 })).status).toBe(422);
  const body = a.wanted();
  await post(token, "other", body);
  expect((await post(token, "k2", body)).status).toBe(409);
  expect((await post(token, "k2", body)).status).toBe(409);
});

test("a refused request leaves no row", async () => {
  const { token, userId } = await a.user();
  const body = a.wanted();
  await post(token, "made", body);
  const refused = [{ ...a.wanted(), adults: 0 }, body, { ...a.wanted(), departureDate: "2020-01-01" }, []];
  for (const [index, wanted] of refused.entries()) {
    const { status } = await post(token, `refused ${index}`, wanted);
    expect(status).toBeGreaterThanOrEqual(409);
    expect(status).toBeLessThan(423);
  }
  const keys = await sql`select key from idempotency_keys where idempotency_keys.user_id = ${userId}`;
  expect(keys).toEqual([{ key: "made" }]);
});

test("a stored answer that cannot be read is a miss: the request runs again and creates nothing twice", async () => {
  const { token, userId } = await a.user();
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const body = a.wanted();
  const made = await a.read(await post(token, "k", body), 201);
  await sql`update idempotency_keys set body = '{"id":' where idempotency_keys.user_id = ${userId}`;
  expect((await a.read(await post(token, "k", body), 201)).id).toBe(made.id);
  expect(await watches(userId)).toBe(1);
  expect((await a.read(await post(token, "k", body), 201)).id).toBe(made.id);
});

test("every route that creates something takes a key, except where the answer holds a token", () => {
  const made = operations.filter(
    ({ method, path, signed, statuses, answer }) =>
      method === "POST" &&
      // A key, a challenge, a passkey and a channel's secret are made for one answer each; a test or a replay is a message.
      !["/v1/me/keys", "/v1/me/factors/passkeys"].includes(path) &&
      !/^\/v1\/(channels|admin)/.test(path) &&
      signed &&
      answer &&
      statuses.some((status) => [201, 202].includes(status)),
  );
  const keyed = Object.entries(document.paths).filter(([, { post }]) =>
    JSON.stringify(post?.parameters ?? []).includes("/IdempotencyKey"),
  );
  expect(made.length).toBeGreaterThan(1);
  expect(keyed.map(([path]) => path)).toEqual(made.map(({ path }) => path));
});

test("the same key requests one export, also when the first answer could not be stored", async () => {
  const { token, userId, email } = await a.user();
  const ask = (key: string) => a.call("POST", "/v1/me/export", { token, headers: { "idempotency-key": key } });
  const dies = (_: string, sent: string) => {
    if (sent.includes("set status =")) throw new TypeError("fetch failed");
  };
  expect((await interceptRequests(dies, () => ask("k"))).status).toBe(202);
  await Privacy.prepareExports(new Date());
  const link = await a.link(email, "export_ready");
  await sql`update idempotency_keys set claimed_until = now() where idempotency_keys.user_id = ${userId}`;

  const text = await (await ask("k")).text();
  const again = await ask("k");
  expect([again.status, await again.text()]).toEqual([202, text]);
  expect((await a.call("GET", `/v1/me/export/${JSON.parse(text).id}?token=${link}`, { token })).status).toBe(200);
  const asked = await sql`
    select from account_events where account_events.user_id = ${userId} and account_events.event = 'export'`;
  expect(asked).toHaveLength(1);
  expect((await a.read(await ask("another"), 202)).id).not.toBe(JSON.parse(text).id);
});
