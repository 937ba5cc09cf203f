import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import * as Key from "../../src/key.ts";
import * as Privacy from "../../src/privacy.ts";
import * as User from "../../src/user.ts";
import * as a from "../support/factory.ts";
import { events, missing, signedIn, uncached, validate } from "../support/keys.ts";
import { interceptRequests, withoutService } from "../support/network.ts";

test("a revoked key is invalid at once, in all processes, and the others go on", async () => {
  const { userId, at, make } = await signedIn();
  const [one, other] = [await make(), await make()];
  for (const { key } of [one, other]) expect(await validate(key, at)).toBeDefined();
  expect(await counted(() => Key.revoke(userId, one.id))).toEqual({ redis: 1, postgres: 2 });
  expect(await validate(one.key, at)).toBeUndefined();
  expect(await uncached(one.key, at)).toBeUndefined();
  expect(await withoutService("redis", () => validate(one.key, at))).toBeUndefined();
  expect(await validate(other.key, at)).toBeDefined();
  await expect(Key.revoke(userId, one.id)).rejects.toMatchObject(missing);
});

test("a reader that saw the row before the revocation cannot bring it back into the cache", async () => {
  const { userId, at, make } = await signedIn();
  const { id, key } = await make();
  let ending: Promise<void> | undefined;
  const slow = interceptRequests(
    async (service, body) => {
      if (service !== "redis" || !body.includes('"nx"')) return;
      ending = Key.revoke(userId, id);
      await ending;
    },
    () => validate(key, at),
  );
  expect(await slow).toBeDefined();
  expect(ending).toBeDefined();
  expect(await validate(key, at)).toBeUndefined();
});

test("no request that starts after the revocation has answered succeeds, however many were under way", async () => {
  const { userId, at, make } = await signedIn();
  for (let round = 0; round < 10; round++) {
    const { id, key } = await make();
    const readers = Array.from({ length: 8 }, () => validate(key, at));
    await Key.revoke(userId, id);
    const late = Array.from({ length: 8 }, () => validate(key, at));
    expect(await Promise.all(late)).toEqual(late.map(() => undefined));
    await Promise.all(readers);
    expect(await validate(key, at)).toBeUndefined();
  }
});

test("a revocation that Redis or Postgres did not receive leaves the key as it was, and may be repeated", async () => {
  const { userId, at, make } = await signedIn();
  const { id, key } = await make();
  await validate(key, at);
  const revoke = () => Key.revoke(userId, id);
  const fault = { kind: "upstream", code: "service.unavailable", retryAfter: 1 };
  await expect(withoutService("redis", revoke)).rejects.toMatchObject(fault);
  expect(await validate(key, at)).toBeDefined();
  await expect(withoutService("postgres", revoke)).rejects.toThrow();
  expect(await validate(key, at)).toBeDefined();
  await revoke();
  expect(await validate(key, at)).toBeUndefined();
});

test("a reset revokes all keys, and a changed password none", async () => {
  const { userId, sessionId, at, make } = await signedIn();
  const other = await signedIn();
  const [one, two, foreign] = [await make(), await make(), await other.make()];
  const all = () => Promise.all([one, two, foreign].map(async ({ key }) => (await validate(key, at)) !== undefined));
  await User.changePassword(userId, sessionId, { current: a.password, next: "another fine long password" }, at);
  expect(await all()).toEqual([true, true, true]);
  const { email } = await User.get(userId);
  await User.requestReset({ email }, at);
  await User.reset({ token: await a.token(userId, "reset"), password: "a third fine long password" }, at);
  expect(await all()).toEqual([false, false, true]);
  expect((await events(userId)).map(({ event }) => event)).toContain("key_revoked");
});

test("no key is made after a reset by a session from before it", async () => {
  const { userId, at, make } = await signedIn();
  const { email } = await User.get(userId);
  await User.requestReset({ email }, at);
  const token = await a.token(userId, "reset");
  const tries: Promise<unknown>[] = [];
  await interceptRequests(
    (_, body) => {
      if (body.includes("delete from api_keys")) tries.push(make().catch((error) => error));
    },
    () => User.reset({ token, password: "a third fine long password" }, at),
  );
  await Promise.all(tries);
  await expect(make()).rejects.toMatchObject({ code: "session.unproven" });
  const made = (await Promise.all(tries)) as { key?: string }[];
  expect(made.length).toBeGreaterThan(0);
  for (const { key } of made) if (key) expect(await validate(key, at)).toBeUndefined();
  expect((await Key.list(userId, {}, at)).items).toEqual([]);
});

test("the keys of a deleted account open nothing, also one that is used during the deletion", async () => {
  const { userId, sessionId, at, make } = await signedIn();
  const [one, two] = [await make(), await make()];
  await validate(one.key, at);
  await interceptRequests(
    async (_, body) => {
      if (body.includes("delete from users")) await validate(two.key, at);
    },
    () => Privacy.removeAccount(userId, sessionId, at),
  );
  for (const { key } of [one, two]) {
    expect(await validate(key, at)).toBeUndefined();
    expect(await uncached(key, at)).toBeUndefined();
  }
});

test("a deletion that Redis cannot be told of is not made", async () => {
  const { userId, sessionId, at, make } = await signedIn();
  const { key } = await make();
  await validate(key, at);
  const gone = withoutService("redis", () => Privacy.removeAccount(userId, sessionId, at));
  await expect(gone).rejects.toMatchObject({ code: "session.unavailable" });
  expect(await validate(key, at)).toBeDefined();
});

test("a use and a reset at the same time do not deadlock", async () => {
  for (let round = 0; round < 5; round++) {
    const { userId, at, make } = await signedIn();
    const keys = await Promise.all([make(), make(), make()]);
    const { email } = await User.get(userId);
    await User.requestReset({ email }, at);
    const token = await a.token(userId, "reset");
    const address = "203.0.113.7";
    await Promise.all([
      User.reset({ token, password: "a third fine long password" }, at),
      ...keys.map(({ key }) => uncached(key, at, { address })),
    ]);
  }
});
