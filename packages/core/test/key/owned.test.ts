import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Key from "../../src/key.ts";
import * as a from "../support/factory.ts";
import { after, day, events, input, minute, missing, signedIn, validate } from "../support/keys.ts";
import { interceptRequests, losingAnswers } from "../support/network.ts";

test("a key is made only after the password was given, in a session that lives, with a proven address", async () => {
  const { userId, sessionId, at, make } = await signedIn();
  await expect(make({}, after(at, 10 * minute))).rejects.toMatchObject({ code: "session.unproven" });
  const other = await signedIn();
  await expect(Key.create(userId, other.sessionId, input, at)).rejects.toMatchObject({ code: "session.unproven" });
  await sql`update users set email_verified = false where users.id = ${userId}`;
  await expect(make()).rejects.toMatchObject({ kind: "forbidden", code: "user.unproven" });
  await sql`update users set email_verified = true where users.id = ${userId}`;
  // The session ends between the two requests.
  const ended = interceptRequests(
    async (service, body) => {
      if (service === "postgres" && body.includes("insert into api_keys"))
        await sql`delete from sessions where sessions.id = ${sessionId}`;
    },
    () => make(),
  );
  await expect(ended).rejects.toMatchObject({ kind: "auth", code: "session.missing" });
  expect((await Key.list(userId, {}, at)).items).toEqual([]);
  expect(await events(userId)).toEqual([]);
});

test.each([
  [{ name: "" }, "name"],
  [{ name: " \t " }, "name"],
  [{ name: "x".repeat(101) }, "name"],
  [{ name: "a\0b" }, "name"],
  [{ name: "a\nb" }, "name"],
  [{ scopes: [] }, "scopes"],
  [{ scopes: ["read", "read"] }, "scopes"],
  [{ scopes: ["book"] }, "scopes"],
  [{ scopes: ["read", "watch", "export", "read"] }, "scopes"],
  [{ expiresInDays: 0 }, "expiresInDays"],
  [{ expiresInDays: 366 }, "expiresInDays"],
  [{ expiresInDays: 1.5 }, "expiresInDays"],
  [{ userId: "usr_x" }, "userId"],
])("%j makes no key", async (over, field) => {
  const { make } = await signedIn();
  await expect(make(over)).rejects.toMatchObject({
    issues: [expect.objectContaining({ path: expect.arrayContaining([expect.objectContaining({ key: field })]) })],
  });
});

test("a key lives 90 days by default, and a year at most", async () => {
  const { at, make } = await signedIn();
  expect((await make()).expiresAt).toBe(after(at, 90 * day).toISOString());
  expect((await make({ expiresInDays: 365 })).expiresAt).toBe(after(at, 365 * day).toISOString());
});

test("an account has 20 keys that work, also when many are made at once", async () => {
  const { userId, at, make } = await signedIn();
  const made = await Promise.allSettled(Array.from({ length: 24 }, () => make()));
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
  await expect(make()).rejects.toMatchObject({ kind: "conflict", code: "key.limit" });
  const { items } = await Key.list(userId, { limit: 100 }, at);
  expect(items).toHaveLength(20);
  // An expired key does not count, and neither does a revoked one.
  await sql`
    update api_keys
       set created_at = now() - interval '2 days', expires_at = ${at}
     where api_keys.id = ${items[0]?.id}`;
  await Key.revoke(userId, items[1]?.id ?? "");
  for (const _ of [1, 2]) await make();
  await expect(make()).rejects.toMatchObject({ code: "key.limit" });
});

test("a key whose answer from Postgres was lost is made all the same, once", async () => {
  const { userId, at, make } = await signedIn();
  const { id, key } = await losingAnswers("insert into api_keys", () => make());
  expect(await validate(key, at)).toMatchObject({ userId, keyId: id });
  expect((await Key.list(userId, {}, at)).items.map((one) => one.id)).toEqual([id]);
});

test("keys are listed without themselves, newest first, and renamed; those of others and expired ones are missing", async () => {
  const { userId, at, make } = await signedIn();
  const [first, second] = [await make({ expiresInDays: 1 }), await make({ name: " Zoë’s sheet " })];
  const { items } = await Key.list(userId, {}, at);
  expect(items.map(({ id, name }) => [id, name])).toEqual([
    [second.id, "Zoë’s sheet"],
    [first.id, "One"],
  ]);
  expect(JSON.stringify(items)).not.toContain(first.key.slice(8));
  const page = await Key.list(userId, { limit: 1 }, at);
  expect((await Key.list(userId, { limit: 1, cursor: page.nextCursor ?? "" }, at)).items).toEqual([items[1]]);
  expect(await Key.update(userId, first.id, { name: "Two" }, at)).toEqual({ ...items[1], name: "Two" });
  expect(await Key.get(userId, first.id, at)).toMatchObject({ name: "Two" });

  const other = await signedIn();
  const late = after(at, day);
  expect((await Key.list(userId, {}, late)).items).toHaveLength(1);
  expect((await Key.list(other.userId, {}, at)).items).toEqual([]);
  for (const [owner, moment] of [
    [other.userId, at],
    [userId, late],
  ] as const) {
    await expect(Key.get(owner, first.id, moment)).rejects.toMatchObject(missing);
    await expect(Key.update(owner, first.id, { name: "X" }, moment)).rejects.toMatchObject(missing);
  }
  await expect(Key.revoke(other.userId, first.id)).rejects.toMatchObject(missing);
  expect(await validate(first.key, at)).toBeDefined();
});

test("the owner is told of a new key by mail", async () => {
  const { userId, at, make } = await signedIn();
  const { key } = await make({ scopes: ["export"] });
  const told = (await a.mail(userId)).find(({ kind }) => kind === "key_made");
  expect(told?.data).toEqual({
    start: key.slice(0, 8),
    scopes: ["export"],
    at: at.toISOString(),
    until: after(at, 90 * day).toISOString(),
  });
});
