import { counted } from "@travel-conductor/local/testing";
import * as v from "valibot";
import { expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import * as User from "../src/user.ts";
import * as a from "./support/factory.ts";

const invalid = { kind: "input", code: "token.invalid" };
const hour = 3_600_000;

async function signedUp() {
  const at = new Date();
  const { user } = await User.create(a.signup(), at);
  return { userId: user.id, email: user.email, at, token: await a.token(user.id, "verify") };
}

const verified = async (userId: string) => (await User.get(userId)).emailVerified;

test("the link sent at sign-up proves the address, once", async () => {
  const { userId, at, token } = await signedUp();
  expect(await verified(userId)).toBe(false);
  expect(await counted(() => User.verify({ token }, at))).toEqual({ postgres: 1, redis: 0 });
  expect(await verified(userId)).toBe(true);
  await expect(User.verify({ token }, at)).rejects.toMatchObject(invalid);
});

test("of many concurrent uses of one link one succeeds", async () => {
  const { at, token } = await signedUp();
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => User.verify({ token }, at)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject(invalid);
});

test("a link works for a day, to the millisecond", async () => {
  const early = await signedUp();
  await User.verify({ token: early.token }, new Date(early.at.getTime() + 24 * hour - 1));
  const late = await signedUp();
  const over = new Date(late.at.getTime() + 24 * hour);
  await expect(User.verify({ token: late.token }, over)).rejects.toMatchObject(invalid);
  expect(await verified(late.userId)).toBe(false);
});

test("a link for one purpose does nothing else", async () => {
  const { userId, email, at, token } = await signedUp();
  await User.requestReset({ email }, at);
  const reset = await a.token(userId, "reset");
  await expect(User.verify({ token: reset }, at)).rejects.toMatchObject(invalid);
  await expect(User.reset({ token, password: a.password }, at)).rejects.toMatchObject(invalid);
  await expect(User.confirmEmail({ token }, at)).rejects.toMatchObject(invalid);
  expect(await verified(userId)).toBe(false);
});

test("a link to an address that is no longer the account's proves nothing", async () => {
  const { userId, at, token } = await signedUp();
  const { email } = a.signup();
  await sql`update users set email = ${email}, email_key = ${email} where users.id = ${userId}`;
  await expect(User.verify({ token }, at)).rejects.toMatchObject(invalid);
  expect(await verified(userId)).toBe(false);
});

test("the stored form of a token opens nothing", async () => {
  const { userId, token, at } = await signedUp();
  const [row] = await sql`
    select verification_tokens.id, to_json(verification_tokens)::text as text
      from verification_tokens
     where verification_tokens.user_id = ${userId}`;
  expect(Buffer.from(token, "base64url")).toHaveLength(32);
  expect(row?.text).not.toContain(token);
  await expect(User.verify({ token: row?.id }, at)).rejects.toThrow();
});

test("an unknown token is refused, in any form", async () => {
  await expect(User.verify({ token: "A".repeat(43) }, new Date())).rejects.toMatchObject(invalid);
  for (const token of ["", "x", "A".repeat(44), `${"A".repeat(42)}\0`, "' or true --", null, 1, ["A"], { token: "A" }])
    await expect(User.verify({ token }, new Date())).rejects.toBeInstanceOf(v.ValiError);
});

test("the link is sent again if there is an unproven account, and the answer does not reveal it", async () => {
  const known = await signedUp();
  const proven = await signedUp();
  await User.verify({ token: proven.token }, proven.at);
  const asking = [known.email.toUpperCase(), proven.email, a.signup().email, "no address"].map(async (email) => {
    const began = performance.now();
    expect(await User.resend({ email }, known.at)).toBeUndefined();
    expect(performance.now() - began).toBeGreaterThanOrEqual(600);
  });
  expect(await counted(() => Promise.all(asking))).toEqual({ postgres: 4, redis: 0 });
  expect(await a.mail(known.userId)).toMatchObject([{ kind: "verify", email: known.email }, { kind: "verify" }]);
  expect(await a.mail(proven.userId)).toHaveLength(1);
  await User.verify({ token: await a.token(known.userId, "verify") }, known.at);
});
