import { expect, test } from "vitest";
import { redis } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import * as Session from "../../src/session.ts";
import * as User from "../../src/user.ts";
import * as a from "../support/factory.ts";
import { interceptRequests, withoutService } from "../support/network.ts";

const minute = 60_000;
const next = "another fine long password";
const third = "a third one for good measure";
const invalid = { kind: "input", code: "token.invalid" };
const credentials = { kind: "auth", code: "user.credentials" };
const unavailable = { kind: "upstream", code: "session.unavailable" };
const after = (at: Date, ms: number) => new Date(at.getTime() + ms);

async function signedUp() {
  const at = new Date();
  const { user, session } = await User.create(a.signup(), at);
  const { sessionId = "" } = (await Session.validate(session.token, at)) ?? {};
  const asked = async () => {
    await User.requestReset({ email: user.email }, at);
    return a.token(user.id, "reset");
  };
  const login = (password: string) => a.login({ email: user.email, password }, at);
  const live = async (token = session.token) => (await Session.validate(token, at)) !== undefined;
  return { userId: user.id, email: user.email, token: session.token, sessionId, at, asked, login, live };
}

test("a forgotten password is replaced by the link, which ends all sessions and proves the address", async () => {
  const { userId, email, at, asked, login, live } = await signedUp();
  const { session } = await login(a.password);
  expect(await live(session.token)).toBe(true);
  const token = await asked();
  await User.reset({ token, password: next }, at);
  expect([await live(), await live(session.token)]).toEqual([false, false]);
  expect(await sql`select from sessions where sessions.user_id = ${userId}`).toEqual([]);
  await expect(login(a.password)).rejects.toMatchObject(credentials);
  expect((await login(next)).user).toMatchObject({ id: userId, emailVerified: true });
  const [told] = (await a.mail(userId)).filter(({ kind }) => kind === "password_changed");
  expect(told).toMatchObject({ email, data: { at: at.toISOString() } });
});

test("a reset link works once, for 30 minutes, to the millisecond", async () => {
  const { at, asked } = await signedUp();
  const token = await asked();
  const over = after(at, 30 * minute);
  await expect(User.reset({ token, password: next }, over)).rejects.toMatchObject(invalid);
  await User.reset({ token, password: next }, after(over, -1));
  await expect(User.reset({ token, password: next }, at)).rejects.toMatchObject(invalid);
});

test("of many concurrent uses of one link, or of several links, one sets the password", async () => {
  for (const links of [1, 2]) {
    const { at, asked, login } = await signedUp();
    const tokens = [await asked(), await asked()].slice(0, links);
    const passwords = Array.from({ length: 6 }, (_, index) => `a long password, number ${index}`);
    const results = await Promise.allSettled(
      passwords.map((password, index) => User.reset({ token: tokens[index % links], password }, at)),
    );
    const won = passwords.filter((_, index) => results[index]?.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject(invalid);
    await login(won[0] ?? "");
  }
});

test("a reset makes the other links for the password and the address invalid", async () => {
  const { userId, sessionId, at, asked, login } = await signedUp();
  await User.requestEmail(userId, sessionId, { email: a.signup().email }, at);
  const first = await asked();
  await User.reset({ token: await asked(), password: next }, at);
  await expect(User.reset({ token: first, password: third }, at)).rejects.toMatchObject(invalid);
  for (const kind of ["email_change_old", "email_change_new"])
    await expect(User.confirmEmail({ token: await a.token(userId, kind) }, at)).rejects.toMatchObject(invalid);
  await login(next);
});

test("a reset link that went to an earlier address is invalid", async () => {
  const { userId, at, asked } = await signedUp();
  const token = await asked();
  const { email } = a.signup();
  await sql`update users set email = ${email}, email_key = ${email} where users.id = ${userId}`;
  await expect(User.reset({ token, password: next }, at)).rejects.toMatchObject(invalid);
});

test("without Redis a reset is not made, and the same link makes it afterwards", async () => {
  const { at, asked, login, live } = await signedUp();
  const token = await asked();
  expect(await live()).toBe(true);
  await expect(withoutService("redis", () => User.reset({ token, password: next }, at))).rejects.toMatchObject(
    unavailable,
  );
  await login(a.password);
  await User.reset({ token, password: next }, at);
  expect(await live()).toBe(false);
  await login(next);
});

test("no sign-in with the old password during the reset stays signed in", async () => {
  for (let round = 0; round < 5; round++) {
    const { userId, at, asked, login, live } = await signedUp();
    const token = await asked();
    const logins = Array.from({ length: 4 }, () => login(a.password).catch((problem) => problem));
    await User.reset({ token, password: next }, at);
    for (const outcome of await Promise.all(logins)) {
      if (outcome instanceof Error) expect(outcome).toMatchObject({ kind: "auth" });
      else expect(await live(outcome.session.token)).toBe(false);
    }
    expect(await sql`select from sessions where sessions.user_id = ${userId}`).toEqual([]);
  }
});

test("changing the password ends the other sessions and leaves this one", async () => {
  const { userId, sessionId, at, login, live } = await signedUp();
  const { session } = await login(a.password);
  expect(await live(session.token)).toBe(true);
  await User.changePassword(userId, sessionId, { current: a.password, next }, at);
  expect([await live(), await live(session.token)]).toEqual([true, false]);
  await redis.del(`session:${sessionId}`);
  expect(await live()).toBe(true);
  await expect(login(a.password)).rejects.toMatchObject(credentials);
  await login(next);
  expect((await a.mail(userId)).map(({ kind }) => kind)).toContain("password_changed");
  await User.changePassword(userId, sessionId, { current: next, next: third }, at);
});

test("changing the password leaves the address as proven as it was", async () => {
  const { userId, sessionId, at } = await signedUp();
  await User.changePassword(userId, sessionId, { current: a.password, next }, at);
  expect(await User.get(userId)).toMatchObject({ emailVerified: false });
});

test("a wrong current password changes nothing, and takes as long as any failure", async () => {
  const { userId, sessionId, at, login, live } = await signedUp();
  const { session } = await login(a.password);
  const began = performance.now();
  const change = User.changePassword(userId, sessionId, { current: "wrong password", next }, at);
  await expect(change).rejects.toMatchObject(credentials);
  expect(performance.now() - began).toBeGreaterThanOrEqual(600);
  expect([await live(), await live(session.token)]).toEqual([true, true]);
  await login(a.password);
});

test("of many concurrent changes of one password one is made", async () => {
  const { userId, sessionId, at, login } = await signedUp();
  const passwords = Array.from({ length: 5 }, (_, index) => `a long password, number ${index}`);
  const results = await Promise.allSettled(
    passwords.map((password) => User.changePassword(userId, sessionId, { current: a.password, next: password }, at)),
  );
  const won = passwords.filter((_, index) => results[index]?.status === "fulfilled");
  expect(won).toHaveLength(1);
  for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject(credentials);
  await login(won[0] ?? "");
  expect((await a.mail(userId)).filter(({ kind }) => kind === "password_changed")).toHaveLength(1);
});

test("a session created while the others are ended is ended too", async () => {
  const { userId, sessionId, at, login, live } = await signedUp();
  let opened: User.SignedIn | undefined;
  await interceptRequests(
    async (service, body) => {
      if (service !== "postgres" || opened || !body.includes("password_version = case")) return;
      opened = await login(a.password);
      expect(await live(opened.session.token)).toBe(true);
    },
    () => User.changePassword(userId, sessionId, { current: a.password, next }, at),
  );
  expect(opened).toBeDefined();
  expect(await live(opened?.session.token)).toBe(false);
});

test("an action that needs the password needs it again after 10 minutes, and accepts it when given", async () => {
  const { userId, sessionId, at } = await signedUp();
  const unproven = { kind: "forbidden", code: "session.unproven" };
  await Session.requireReauthentication(userId, sessionId, after(at, 10 * minute - 1));
  const late = after(at, 10 * minute);
  await expect(Session.requireReauthentication(userId, sessionId, late)).rejects.toMatchObject(unproven);
  const wrong = User.reauthenticate(userId, sessionId, { password: "wrong password" }, late);
  await expect(wrong).rejects.toMatchObject(credentials);
  await expect(Session.requireReauthentication(userId, sessionId, late)).rejects.toMatchObject(unproven);
  await User.reauthenticate(userId, sessionId, { password: a.password }, late);
  await Session.requireReauthentication(userId, sessionId, after(late, 10 * minute - 1));
  await expect(Session.requireReauthentication(userId, sessionId, after(late, 10 * minute))).rejects.toMatchObject(
    unproven,
  );
});

test("a password given in one session counts for no other session and no other user", async () => {
  const one = await signedUp();
  const other = await signedUp();
  const late = after(other.at, 10 * minute);
  await User.reauthenticate(one.userId, one.sessionId, { password: a.password }, late);
  await User.reauthenticate(one.userId, other.sessionId, { password: a.password }, late);
  await expect(Session.requireReauthentication(other.userId, other.sessionId, late)).rejects.toMatchObject({
    kind: "forbidden",
  });
  await expect(Session.requireReauthentication(other.userId, one.sessionId, late)).rejects.toMatchObject({
    kind: "forbidden",
  });
});
