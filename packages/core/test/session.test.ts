import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { redis } from "../src/base/cache.ts";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import * as Session from "../src/session.ts";
import * as User from "../src/user.ts";
import * as a from "./support/factory.ts";
import { interceptRequests, withoutService } from "./support/network.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const after = (at: Date, ms: number) => new Date(at.getTime() + ms);

async function signedIn() {
  const at = new Date();
  const { user, session } = await User.create(a.signup(), at);
  return { userId: user.id, ...session, at };
}

/** The session as Postgres has it, without the cache. */
const uncached = (token: string, at: Date) => Session.lookup(token).resolve(undefined, at);

test("a token opens the session of the user it was made for", async () => {
  const { userId, token, expiresAt, at } = await signedIn();
  const other = await signedIn();
  expect(await Session.validate(token, at)).toEqual({
    userId,
    expiresAt,
    sessionId: expect.stringMatching(/^[0-9a-f]{64}$/),
    proven: false,
    lacksFactor: false,
  });
  expect(await Session.validate(other.token, at)).toMatchObject({ userId: other.userId });
});

test("a token carries 256 bits and is unique", async () => {
  const userId = await a.user();
  const tokens = await Promise.all(Array.from({ length: 5 }, () => a.session(userId, new Date())));
  for (const { token } of tokens) expect(Buffer.from(token, "base64url")).toHaveLength(32);
  expect(new Set(tokens.map(({ token }) => token)).size).toBe(5);
});

test("neither Postgres nor Redis stores anything that could sign in", async () => {
  const { token, at } = await signedIn();
  const session = await Session.validate(token, at);
  const { key } = Session.lookup(token);
  const [row] =
    await sql`select to_json(sessions)::text as "text" from sessions where sessions.id = ${session?.sessionId}`;
  const held = `${row?.text} ${key} ${await redis.get(key)}`;
  expect(held).toContain(session?.userId);
  expect(held).not.toContain(token);
  expect(await Session.validate(session?.sessionId ?? "", at)).toBeUndefined();
});

test("a cached session costs one request to Redis and none to Postgres", async () => {
  const { token, at } = await signedIn();
  expect(await counted(() => Session.validate(token, at))).toEqual({ redis: 2, postgres: 1 });
  expect(await counted(() => Session.validate(token, at))).toEqual({ redis: 1, postgres: 0 });
});

test("a session is cached for a minute, and not past its end", async () => {
  const { userId, token, at } = await signedIn();
  const { key } = Session.lookup(token);
  await Session.validate(token, at);
  const whole = await redis.pttl(key);
  expect(whole).toBeGreaterThan(0);
  expect(whole).toBeLessThanOrEqual(minute);

  await redis.del(key);
  await sql`update sessions set created_at = ${after(at, 5_000 - 90 * day)} where sessions.user_id = ${userId}`;
  await Session.validate(token, at);
  expect(await redis.pttl(key)).toBeLessThanOrEqual(5_000);
});

test("an unknown or malformed token has no session", async () => {
  for (const token of ["", "x", "\0", "\ud800", "'; drop table sessions --", "é".repeat(100_000), "A".repeat(43)])
    expect(await Session.validate(token, new Date())).toBeUndefined();
});

test("a value in Redis that is no session is ignored", async () => {
  const { userId, token, at } = await signedIn();
  const { key, resolve } = Session.lookup(token);
  for (const text of ["", "null", "{", "[]", '{"userId":1}', '{"expiresAt":"9999-01-01T00:00:00.000Z"}'])
    expect(await resolve(text, at)).toMatchObject({ userId });
  await redis.del(key);
  expect(await resolve(null, at)).toMatchObject({ userId });
});

test("no session is created for an account that does not exist", async () => {
  await expect(a.session(newId("usr"), new Date())).rejects.toMatchObject({
    kind: "auth",
    code: "session.outrun",
  });
});

test("30 days without use end a session", async () => {
  const { token, expiresAt, at } = await signedIn();
  expect(Date.parse(expiresAt)).toBe(at.getTime() + 30 * day);
  const last = after(at, 30 * day - 1);
  expect(await uncached(token, new Date(expiresAt))).toBeUndefined();
  expect(await uncached(token, last)).toMatchObject({ expiresAt: after(last, 30 * day).toISOString() });
  expect(await uncached(token, new Date(expiresAt))).toBeDefined();
});

test("90 days end a session that is used every day", async () => {
  const { token, at } = await signedIn();
  for (let days = 1; days < 90; days++) {
    const expiresAt = after(at, Math.min(days + 30, 90) * day).toISOString();
    expect(await uncached(token, after(at, days * day))).toMatchObject({ expiresAt });
  }
  expect(await uncached(token, after(at, 90 * day - 1))).toBeDefined();
  expect(await uncached(token, after(at, 90 * day))).toBeUndefined();
});

test("reading a session near its end neither writes nor extends it", async () => {
  const { userId, token, at } = await signedIn();
  const expiresAt = after(at, 5 * day);
  await sql`
    update sessions
       set created_at = ${after(at, -85 * day)}, expires_at = ${expiresAt}
     where sessions.user_id = ${userId}`;
  expect(await counted(() => uncached(token, at))).toEqual({ redis: 0, postgres: 1 });
  expect(await uncached(token, at)).toMatchObject({ expiresAt: expiresAt.toISOString() });
});

test("a session that has expired by the server's clock leaves no row", async () => {
  const { userId, token, at } = await signedIn();
  await sql`update sessions set expires_at = now() - interval '1 second' where sessions.user_id = ${userId}`;
  expect(await Session.validate(token, at)).toBeUndefined();
  expect(await sql`select from sessions where sessions.user_id = ${userId}`).toHaveLength(0);
});

test("the last use is written once in 10 minutes", async () => {
  const { userId, token, at } = await signedIn();
  const used = async () => {
    const [row] = await sql`select sessions.last_used_at from sessions where sessions.user_id = ${userId}`;
    return row?.last_used_at;
  };
  expect(await counted(() => uncached(token, after(at, 10 * minute - 1)))).toEqual({ redis: 0, postgres: 1 });
  expect(await used()).toEqual(at);
  const due = after(at, 10 * minute);
  expect(await counted(() => uncached(token, due))).toEqual({ redis: 0, postgres: 2 });
  expect(await used()).toEqual(due);
  await uncached(token, at);
  expect(await used()).toEqual(due);
});

test("a session that was ended is invalid, and may be ended again", async () => {
  const { userId, token, at } = await signedIn();
  const other = await a.session(userId, at);
  await Session.validate(token, at);
  await Session.logout(token);
  expect(await Session.validate(token, at)).toBeUndefined();
  expect(await uncached(token, at)).toBeUndefined();
  expect(await withoutService("redis", () => Session.validate(token, at))).toBeUndefined();
  expect(await Session.validate(other.token, at)).toMatchObject({ userId });
  await Session.logout(token);
  await Session.logout("no such token");
});

test("a reader that saw the row before the logout cannot bring it back into the cache", async () => {
  const { token, at } = await signedIn();
  const refills = (service: string, body: string) => service === "redis" && body.includes('"nx"');
  let ending: Promise<void> | undefined;
  const slow = interceptRequests(
    async (service, body) => {
      if (!refills(service, body)) return;
      ending = Session.logout(token);
      await ending;
    },
    () => Session.validate(token, at),
  );
  expect(await slow).toBeDefined();
  expect(ending).toBeDefined();
  expect(await Session.validate(token, at)).toBeUndefined();
});

test("no request that starts after the logout has answered succeeds, however many were under way", async () => {
  for (let round = 0; round < 10; round++) {
    const { token, at } = await signedIn();
    const readers = Array.from({ length: 8 }, () => Session.validate(token, at));
    await Session.logout(token);
    const late = Array.from({ length: 8 }, () => Session.validate(token, at));
    expect(await Promise.all(late)).toEqual(late.map(() => undefined));
    await Promise.all(readers);
    expect(await Session.validate(token, at)).toBeUndefined();
  }
});

test("without Redis Postgres answers, and no user is signed out", async () => {
  const { userId, token, at } = await signedIn();
  expect(await withoutService("redis", () => Session.validate(token, at))).toMatchObject({ userId });
});

test("a logout that Redis did not receive says so, and may be repeated", async () => {
  const { token, at } = await signedIn();
  await Session.validate(token, at);
  const fault = { kind: "upstream", code: "session.unavailable", retryAfter: 1 };
  await expect(withoutService("redis", () => Session.logout(token))).rejects.toMatchObject(fault);
  await Session.logout(token);
  expect(await Session.validate(token, at)).toBeUndefined();
});

test("a logout that Postgres did not receive fails, and may be repeated", async () => {
  const { token, at } = await signedIn();
  await expect(withoutService("postgres", () => Session.logout(token))).rejects.toThrow();
  await Session.logout(token);
  expect(await uncached(token, at)).toBeUndefined();
});
