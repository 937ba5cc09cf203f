import * as v from "valibot";
import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Outbox from "../../src/outbox.ts";
import * as Session from "../../src/session.ts";
import * as User from "../../src/user.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";

const day = 24 * 3_600_000;
const invalid = { kind: "input", code: "token.invalid" };

async function signedUp() {
  const at = new Date();
  const { user, session } = await User.create(a.signup(), at);
  const { sessionId = "" } = (await Session.validate(session.token, at)) ?? {};
  const request = (email: unknown, when = at) => User.requestEmail(user.id, sessionId, { email }, when);
  const tokens = async () => ({
    old: await a.token(user.id, "email_change_old"),
    fresh: await a.token(user.id, "email_change_new"),
  });
  const now = async () => (await User.get(user.id)).email;
  return { userId: user.id, email: user.email, sessionId, at, request, tokens, now };
}

test.each(["old", "new"])("an address changes when both links have been followed, the %s one first", async (first) => {
  const { userId, email, at, request, tokens, now } = await signedUp();
  const next = a.signup().email;
  await request(next);
  const sent = await a.mail(userId);
  expect(sent.find(({ kind }) => kind === "email_change_old")).toMatchObject({ email, data: { email: next } });
  expect(sent.find(({ kind }) => kind === "email_change_new")).toMatchObject({ email: next });

  const { old, fresh } = await tokens();
  const [one, two] = first === "old" ? [old, fresh] : [fresh, old];
  expect(await User.confirmEmail({ token: one }, at)).toEqual({ changed: false });
  expect(await now()).toBe(email);
  await expect(User.confirmEmail({ token: one }, at)).rejects.toMatchObject(invalid);
  expect(await User.confirmEmail({ token: two }, at)).toEqual({ changed: true });
  expect(await User.get(userId)).toMatchObject({ email: next, emailVerified: true });
  await a.login({ email: next, password: a.password }, at);
  await expect(a.login({ email, password: a.password }, at)).rejects.toMatchObject({ code: "user.credentials" });
  const [told] = (await a.mail(userId)).filter(({ kind }) => kind === "email_changed");
  expect(told).toMatchObject({ email, data: { email: next } });
});

test("both links followed concurrently change the address once, even when each is tried many times", async () => {
  for (let round = 0; round < 5; round++) {
    const { userId, at, request, tokens, now } = await signedUp();
    const next = a.signup().email;
    await request(next);
    const { old, fresh } = await tokens();
    const results = await Promise.allSettled([old, fresh, fresh, old].map((token) => User.confirmEmail({ token }, at)));
    const done = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.changed] : []));
    expect(done.toSorted()).toEqual([false, true]);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject(invalid);
    expect(await now()).toBe(next);
    expect((await a.mail(userId)).filter(({ kind }) => kind === "email_changed")).toHaveLength(1);
  }
});

test("a letter about a watch that waits for the end of quiet hours goes to the new address", async () => {
  const { userId, email, at, request, tokens } = await signedUp();
  const data = { ...{ origin: "LHR", destination: "JFK", departureDate: "2026-08-01", returnDate: null }, what: null };
  await Outbox.enqueue("watch_paused", { userId, email }, data);
  const next = a.signup().email;
  await request(next);
  const { old, fresh } = await tokens();
  for (const token of [old, fresh]) await User.confirmEmail({ token }, at);
  const waiting = Object.fromEntries((await a.mail(userId)).map((sent) => [sent.kind, sent.email]));
  expect(waiting).toMatchObject({ watch_paused: next, email_change_old: email, email_changed: email });
});

test("a link that resets the password works no more when the address changes while it is used", async () => {
  const { userId, email, at, request, tokens } = await signedUp();
  await User.requestReset({ email }, at);
  const reset = { token: await a.token(userId, "reset"), password: "ten large blue boats" };
  const next = a.signup().email;
  await request(next);
  const { old, fresh } = await tokens();
  let isBefore = true;
  const gate = async (_: string, body: string) => {
    if (!isBefore || !body.includes("key_revoked")) return;
    isBefore = false;
    for (const token of [old, fresh]) await User.confirmEmail({ token }, at);
  };
  await expect(interceptRequests(gate, () => User.reset(reset, at))).rejects.toMatchObject(invalid);
  expect(isBefore).toBe(false);
  await a.login({ email: next, password: a.password }, at);
});

test("one link, or a link of an earlier request, changes nothing", async () => {
  const { email, at, request, tokens, now } = await signedUp();
  await request(a.signup().email);
  const before = await tokens();
  await User.confirmEmail({ token: before.old }, at);
  await request(a.signup().email);
  await expect(User.confirmEmail({ token: before.fresh }, at)).rejects.toMatchObject(invalid);
  await User.confirmEmail({ token: (await tokens()).fresh }, at);
  expect(await now()).toBe(email);
});

test("the links work for a day", async () => {
  const { email, at, request, tokens, now } = await signedUp();
  await request(a.signup().email);
  const { old, fresh } = await tokens();
  await User.confirmEmail({ token: old }, new Date(at.getTime() + day - 1));
  const late = User.confirmEmail({ token: fresh }, new Date(at.getTime() + day));
  await expect(late).rejects.toMatchObject(invalid);
  expect(await now()).toBe(email);
});

test("a request for another user's address gets the usual answer, and its owner is notified", async () => {
  const other = await signedUp();
  const { userId, email, request, now } = await signedUp();
  await request(other.email.toUpperCase());
  const kinds = (await a.mail(userId)).map(({ kind }) => kind);
  expect(kinds).toEqual(["verify"]);
  expect((await a.mail(other.userId))[0]).toMatchObject({ kind: "email_taken", email: other.email });
  expect(await now()).toBe(email);
});

test("an address that is taken before the second link is followed stays with its owner", async () => {
  const { email, at, request, tokens, now } = await signedUp();
  const next = a.signup().email;
  await request(next);
  const { old, fresh } = await tokens();
  await User.confirmEmail({ token: fresh }, at);
  await a.user({ email: next });
  const taken = { kind: "conflict", code: "user.email_taken" };
  await expect(User.confirmEmail({ token: old }, at)).rejects.toMatchObject(taken);
  expect(await now()).toBe(email);
  await expect(User.confirmEmail({ token: old }, at)).rejects.toMatchObject(taken);
});

test("links to the old address stop working when it has changed", async () => {
  const { email, at, request, tokens, userId } = await signedUp();
  await User.requestReset({ email }, at);
  const [reset, verify] = [await a.token(userId, "reset"), await a.token(userId, "verify")];
  await request(a.signup().email);
  const { old, fresh } = await tokens();
  await User.confirmEmail({ token: old }, at);
  await User.confirmEmail({ token: fresh }, at);
  await expect(User.reset({ token: reset, password: "a password of mine" }, at)).rejects.toMatchObject(invalid);
  await expect(User.verify({ token: verify }, at)).rejects.toMatchObject(invalid);
});

test("the address changes only if the password was given in the last 10 minutes", async () => {
  const { userId, at, request } = await signedUp();
  const late = new Date(at.getTime() + 600_000);
  const unproven = { kind: "forbidden", code: "session.unproven" };
  await expect(request(a.signup().email, late)).rejects.toMatchObject(unproven);
  const other = await signedUp();
  const foreign = User.requestEmail(userId, other.sessionId, { email: a.signup().email }, at);
  await expect(foreign).rejects.toMatchObject(unproven);
  expect(
    await sql`
    select from verification_tokens
     where verification_tokens.user_id = ${userId} and purpose <> 'verify'`,
  ).toEqual([]);
});

test("an invalid address, or an invalid link, is refused", async () => {
  const { request, at } = await signedUp();
  for (const email of ["", "ann", "a\0@example.com", null, 1, ["a@example.com"], `${"x".repeat(400)}@example.com`])
    await expect(request(email)).rejects.toBeInstanceOf(v.ValiError);
  for (const token of ["", "x", null, 1, "A".repeat(42)])
    await expect(User.confirmEmail({ token }, at)).rejects.toBeInstanceOf(v.ValiError);
  await expect(User.confirmEmail({ token: "A".repeat(43) }, at)).rejects.toMatchObject(invalid);
});
