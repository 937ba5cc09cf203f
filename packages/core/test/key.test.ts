import { crc32 } from "node:zlib";
import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as Analytics from "../src/analytics.ts";
import { batch, redis } from "../src/base/cache.ts";
import { sql } from "../src/base/db.ts";
import * as Key from "../src/key.ts";
import * as a from "./support/factory.ts";
import { after, day, events, minute, signedIn, uncached, validate } from "./support/keys.ts";
import { withoutService } from "./support/network.ts";

test("a key opens the account it was made for, with its scopes, until its end", async () => {
  const { userId, at, make } = await signedIn();
  const { key, id, ...made } = await make({ scopes: ["read", "watch"], expiresInDays: 7 });
  expect(made).toEqual({
    name: "One",
    start: key.slice(0, 8),
    scopes: ["read", "watch"],
    createdAt: at.toISOString(),
    lastUsedAt: null,
    network: null,
    expiresAt: after(at, 7 * day).toISOString(),
  });
  const valid = {
    keyId: id,
    userId,
    scopes: ["read", "watch"],
    expiresAt: made.expiresAt,
    proven: true,
    lacksFactor: false,
  };
  for (const moment of [at, at, after(at, 7 * day - 1)]) expect(await validate(key, moment)).toEqual(valid);
  for (const moment of [after(at, 7 * day), after(at, 8 * day)]) expect(await validate(key, moment)).toBeUndefined();
});

test("a key has a prefix, 256 random bits and a sum, by which a scanner finds it", async () => {
  const { make } = await signedIn();
  const keys = await Promise.all(Array.from({ length: 5 }, async () => (await make()).key));
  expect(new Set(keys).size).toBe(5);
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const value = (text: string) => [...text].reduce((sum, digit) => sum * 62n + BigInt(digits.indexOf(digit)), 0n);
  for (const key of keys) {
    expect(key).toMatch(/^tck_[0-9A-Za-z]{49}$/);
    expect(value(key.slice(4, 47))).toBeLessThan(2n ** 256n);
    expect(value(key.slice(47))).toBe(BigInt(crc32(key.slice(0, 47))));
  }
});

test("text that cannot be a key is looked up nowhere", async () => {
  const { at, make } = await signedIn();
  const { key } = await make();
  const swapped = key.slice(0, 10) + (key[10] === "A" ? "B" : "A") + key.slice(11);
  for (const text of ["", "tck_", key.slice(0, -1), `${key}0`, swapped, key.toLowerCase(), `x${key}`, "tck_\0"])
    expect(await counted(async () => expect(await validate(text, at)).toBeUndefined())).toEqual({
      redis: 0,
      postgres: 0,
    });
});

test("neither Postgres nor Redis stores anything that could be sent as a key", async () => {
  const { at, make, userId } = await signedIn();
  const { key } = await make();
  await validate(key, at);
  const [row] = await sql`select to_json(api_keys)::text as "text" from api_keys where api_keys.user_id = ${userId}`;
  const redisKey = Key.lookup(key)?.key ?? "";
  const held = `${row?.text} ${redisKey} ${await redis.get(redisKey)}`;
  expect(held).toContain(userId);
  expect(held).not.toContain(key.slice(8));
  expect((await a.mail(userId)).map(({ data }) => JSON.stringify(data)).join()).not.toContain(key.slice(8));
});

test("a cached key costs one request to Redis and none to Postgres, another one one more of each", async () => {
  const { at, make } = await signedIn();
  const { key } = await make();
  expect(await counted(() => validate(key, at))).toEqual({ redis: 2, postgres: 1 });
  expect(await counted(() => validate(key, at))).toEqual({ redis: 1, postgres: 0 });
  const life = await redis.pttl(Key.lookup(key)?.key ?? "");
  expect(life).toBeGreaterThan(0);
  expect(life).toBeLessThanOrEqual(minute);
});

test("a copy does not outlive its key, and a value that is no copy is ignored", async () => {
  const { userId, at, make } = await signedIn();
  const { key } = await make({ expiresInDays: 1 });
  const lookup = Key.lookup(key);
  await validate(key, after(at, day - 5_000));
  expect(await redis.pttl(lookup?.key ?? "")).toBeLessThanOrEqual(5_000);
  for (const text of ["", "null", "{", "[]", '{"userId":1}', '{"expiresAt":"9999-01-01T00:00:00.000Z"}'])
    expect(await lookup?.resolve(text, at)).toMatchObject({ userId });
});

test("without Redis Postgres answers", async () => {
  const { userId, at, make } = await signedIn();
  const { key } = await make();
  expect(await withoutService("redis", () => validate(key, at))).toMatchObject({ userId });
});

test("the last use is written once in 10 minutes, by the statement that reads the key", async () => {
  const { userId, at, make } = await signedIn();
  const { id, key } = await make();
  const used = async () => (await Key.get(userId, id, at)).lastUsedAt;
  const use = async (ms: number) => {
    expect(await counted(() => uncached(key, after(at, ms)))).toEqual({ redis: 0, postgres: 1 });
    return used();
  };
  expect(await used()).toBeNull();
  expect(await use(minute)).toBe(after(at, minute).toISOString());
  expect(await use(11 * minute - 1)).toBe(after(at, minute).toISOString());
  const [before] = await sql`select api_keys.xmin::text as "version" from api_keys where api_keys.id = ${id}`;
  await use(5 * minute);
  expect(await sql`select api_keys.xmin::text as "version" from api_keys where api_keys.id = ${id}`).toEqual([before]);
  expect(await use(11 * minute)).toBe(after(at, 11 * minute).toISOString());
});

test("the trail has a key that was made, the networks it was used from, each once, and its end", async () => {
  const { userId, at, make } = await signedIn();
  const { id, key } = await make();
  const use = (ms: number, address: string) => uncached(key, after(at, ms), { address });
  await Promise.all(Array.from({ length: 5 }, () => use(0, "203.0.113.7")));
  await use(minute, "198.51.100.9");
  await use(10 * minute, "203.0.113.99");
  await use(20 * minute, "198.51.100.9");
  await use(30 * minute, "203.0.113.7");
  expect(await Key.get(userId, id, at)).toMatchObject({ network: "203.0.113.0/24" });
  await Key.revoke(userId, id);
  expect(await events(userId)).toEqual([
    { event: "key_made", keyId: id, network: null },
    { event: "key_used", keyId: id, network: "203.0.113.0/24" },
    { event: "key_used", keyId: id, network: "198.51.100.0/24" },
    { event: "key_revoked", keyId: id, network: null },
  ]);
});

test("a search with a key belongs to the history of its user", async () => {
  const { userId, at, make } = await signedIn();
  const { key } = await make();
  const commands = batch();
  const criteria = { ...a.route(), cabin: "economy", adults: 1, childAges: [], infants: 0, currency: "GBP" };
  const noted = Analytics.recordSearch(commands, {
    at,
    sessionId: Key.lookup(key)?.hash ?? "",
    requestId: "one",
    criteria: criteria as never,
  });
  await commands.send();
  expect(await noted).toBeDefined();
  await Analytics.flush(after(at, minute));
  const { items } = await Analytics.list(userId, {});
  expect(items).toMatchObject([{ origin: criteria.origin, destination: criteria.destination }]);
});
