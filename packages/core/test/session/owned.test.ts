import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { redis } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import * as Session from "../../src/session.ts";
import * as User from "../../src/user.ts";
import * as a from "../support/factory.ts";
import { interceptRequests, withoutService } from "../support/network.ts";

const minute = 60_000;
const missing = { kind: "missing", code: "session.missing" };
const unavailable = { kind: "upstream", code: "session.unavailable", retryAfter: 1 };
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";

const after = (at: Date, ms: number) => new Date(at.getTime() + ms);

/** A user with `count` sessions, all of them cached. */
async function signedIn(count: number) {
  const at = new Date();
  const { user, session } = await User.create(a.signup(), at, { address: "203.0.113.77", device: firefox });
  const more = Array.from({ length: count - 1 }, () => a.session(user.id, at));
  const tokens = [session, ...(await Promise.all(more))].map(({ token }) => token);
  const ids = await Promise.all(tokens.map(async (token) => (await Session.validate(token, at))?.sessionId ?? ""));
  const live = () => Promise.all(tokens.map(async (token) => (await Session.validate(token, at)) !== undefined));
  return { userId: user.id, at, tokens, ids, live };
}

test("a user's sessions are listed by device, network and time, the last used first, without their tokens", async () => {
  const { userId, at, tokens, ids } = await signedIn(1);
  const later = after(at, minute);
  const { token } = await a.session(userId, later, { from: { address: "2001:db8::1", device: "curl/8.5.0" } });
  const { items } = await Session.list(userId, ids[0] ?? "", {}, later);
  expect(items).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      device: null,
      network: "2001:db8::/64",
      createdAt: later.toISOString(),
      lastUsedAt: later.toISOString(),
      expiresAt: expect.any(String),
      current: false,
    },
    {
      id: ids[0],
      device: "Firefox on Linux",
      network: "203.0.113.0/24",
      createdAt: at.toISOString(),
      lastUsedAt: at.toISOString(),
      expiresAt: after(at, 30 * 24 * 60 * minute).toISOString(),
      current: true,
    },
  ]);
  for (const secret of [token, tokens[0] ?? ""]) expect(JSON.stringify(items)).not.toContain(secret);
  expect((await Session.list(await a.user(), ids[0] ?? "", {}, later)).items.map(({ id }) => id)).not.toContain(ids[0]);
});

test("the network of the last use changes with use, at most once in 10 minutes, and stays where none is known", async () => {
  const { userId, at, tokens, ids } = await signedIn(1);
  const network = async () => (await Session.list(userId, "", {}, at)).items[0]?.network;
  const use = (ms: number, address?: string) =>
    Session.lookup(tokens[0] ?? "").resolve(undefined, after(at, ms), { address });
  await use(9 * minute, "198.51.100.9");
  expect(await network()).toBe("203.0.113.0/24");
  await use(10 * minute);
  expect(await network()).toBe("203.0.113.0/24");
  await use(20 * minute, "198.51.100.9");
  expect(await network()).toBe("198.51.100.0/24");
  expect(ids).toHaveLength(1);
});

test("an expired session is not listed", async () => {
  const { userId, at } = await signedIn(1);
  expect((await Session.list(userId, "", {}, after(at, 30 * 24 * 60 * minute))).items).toEqual([]);
});

test("a user can end any of the own sessions, at once everywhere, and the others go on", async () => {
  const { userId, at, ids, tokens, live } = await signedIn(3);
  expect(await counted(() => Session.end(userId, ids[1] ?? ""))).toEqual({ postgres: 2, redis: 1 });
  expect(await live()).toEqual([true, false, true]);
  expect(await withoutService("redis", () => Session.validate(tokens[1] ?? "", at))).toBeUndefined();
  await expect(Session.end(userId, ids[1] ?? "")).rejects.toMatchObject(missing);
});

test("another user's session, or an unknown one, is missing and goes on", async () => {
  const { ids, live } = await signedIn(1);
  const stranger = await a.user();
  for (const id of [ids[0] ?? "", "0".repeat(64), "", "\0", "' or true --", "Z".repeat(64), `${ids[0]}\n`])
    await expect(Session.end(stranger, id)).rejects.toMatchObject(missing);
  expect(await live()).toEqual([true]);
});

test("all of a user's sessions end at once, and no other user's", async () => {
  const { userId, live } = await signedIn(5);
  const other = await signedIn(1);
  expect(await counted(() => Session.endAll(userId))).toEqual({ postgres: 2, redis: 1 });
  expect(await live()).toEqual([false, false, false, false, false]);
  expect(await other.live()).toEqual([true]);
  await Session.endAll(userId);
});

test("a change that Redis does not receive is not made, and may be repeated", async () => {
  const { userId, ids, live } = await signedIn(2);
  await expect(withoutService("redis", () => Session.end(userId, ids[0] ?? ""))).rejects.toMatchObject(unavailable);
  await expect(withoutService("redis", () => Session.endAll(userId))).rejects.toMatchObject(unavailable);
  expect(await live()).toEqual([true, true]);
  await Session.end(userId, ids[0] ?? "");
  await Session.endAll(userId);
  expect(await live()).toEqual([false, false]);
});

test("a Redis that answers with an error counts as not having received it", async () => {
  const { userId, ids, live } = await signedIn(1);
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    if (!String(init?.body).includes('"uncached"')) return send(input, init);
    return Response.json([{ error: "OOM command not allowed" }]);
  };
  try {
    await expect(Session.end(userId, ids[0] ?? "")).rejects.toMatchObject(unavailable);
  } finally {
    globalThis.fetch = send;
  }
  expect(await live()).toEqual([true]);
});

test("no request that starts after all were ended succeeds, however many are under way", async () => {
  for (let round = 0; round < 10; round++) {
    const { userId, tokens, at, live } = await signedIn(3);
    await redis.del(...tokens.map((token) => Session.lookup(token).key));
    const readers = tokens.flatMap((token) => [Session.validate(token, at), Session.validate(token, at)]);
    await Session.endAll(userId);
    expect(await live()).toEqual([false, false, false]);
    await Promise.all(readers);
    expect(await live()).toEqual([false, false, false]);
  }
});

test("a session created and cached while all are ended does not survive", async () => {
  const { userId, at } = await signedIn(2);
  let opened = "";
  await interceptRequests(
    async (service, body) => {
      if (service !== "postgres" || opened || !body.includes("delete from sessions")) return;
      opened = (await a.session(userId, at)).token;
      expect(await Session.validate(opened, at)).toBeDefined();
    },
    () => Session.endAll(userId),
  );
  expect(opened).not.toBe("");
  expect(await Session.validate(opened, at)).toBeUndefined();
});

test("ending sessions is recorded once", async () => {
  const { userId, ids, tokens } = await signedIn(3);
  const noted = () => sql`
    select account_events.session_id as id, account_events.network::text
      from account_events
     where account_events.user_id = ${userId}
       and account_events.event = 'session_ended'`;
  await Session.logout(tokens[0] ?? "", { address: "203.0.113.77" });
  await Session.logout(tokens[0] ?? "");
  await Session.logout("no such token");
  expect(await noted()).toEqual([{ id: ids[0], network: "203.0.113.0/24" }]);
  await Session.end(userId, ids[1] ?? "");
  await Session.end(userId, ids[1] ?? "").catch(() => undefined);
  expect(await noted()).toHaveLength(2);
  await Session.endAll(userId);
  await Session.endAll(userId);
  expect(await noted()).toHaveLength(3);
});
