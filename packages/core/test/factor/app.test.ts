import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Factor from "../../src/factor.ts";
import * as Session from "../../src/session.ts";
import * as User from "../../src/user.ts";
import { app } from "../support/authenticator.ts";
import { owner, ticket, withApp, withPasskey } from "../support/factors.ts";
import * as a from "../support/factory.ts";

const minute = 60_000;
const step = 30_000;
const wrong = { kind: "auth", code: "factor.code" };
const late = { kind: "auth", code: "user.ticket" };
const after = (at: Date, ms: number) => new Date(at.getTime() + ms);
const live = async (token: string, at: Date) => (await Session.validate(token, at)) !== undefined;
const events = async (userId: string) =>
  (
    await sql`select account_events.event from account_events where account_events.user_id = ${userId} order by account_events.id`
  ).map(({ event }) => event);
const notices = async (userId: string) =>
  (await a.mail(userId)).filter(({ kind }) => kind === "factor_changed").map(({ data }) => data.change);

test("an app asks for nothing until its first code is given; then the other sessions end", async () => {
  const one = await owner();
  const other = await a.session(one.userId, one.at);
  expect(await live(other.token, one.at)).toBe(true);
  const { secret, uri } = await Factor.setUpApp(one.userId, one.sessionId, one.at);
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(uri).toContain(`secret=${secret}`);
  expect(await a.login({ email: one.email, password: a.password }, one.at)).toHaveProperty("session");
  expect(await Factor.get(one.userId)).toMatchObject({ totp: null });
  await expect(
    Factor.confirmApp(one.userId, one.sessionId, { code: app(secret)(one.at, 5) }, one.at),
  ).rejects.toMatchObject(wrong);
  const { recoveryCodes } = await Factor.confirmApp(one.userId, one.sessionId, { code: app(secret)(one.at) }, one.at);
  expect(new Set(recoveryCodes).size).toBe(10);
  for (const code of recoveryCodes) expect(code).toMatch(/^[0-9a-z]{4}(-[0-9a-z]{4}){5}$/);
  expect([await live(one.token, one.at), await live(other.token, one.at)]).toEqual([true, false]);
  expect(await Factor.get(one.userId)).toMatchObject({ totp: { since: one.at.toISOString() }, recoveryCodes: 10 });
  expect(await notices(one.userId)).toEqual(["totp_on"]);
  expect(await events(one.userId)).toContain("totp_on");
});

test("a new secret replaces one that was not confirmed; one that is on stays", async () => {
  const one = await owner();
  const first = await Factor.setUpApp(one.userId, one.sessionId, one.at);
  const { code } = await withApp(one);
  expect(code(one.at)).not.toBe(app(first.secret)(one.at));
  await expect(Factor.setUpApp(one.userId, one.sessionId, one.at)).rejects.toMatchObject({ code: "factor.on" });
  const again = Factor.confirmApp(one.userId, one.sessionId, { code: code(after(one.at, step)) }, one.at);
  await expect(again).rejects.toMatchObject({ code: "factor.on" });
  const other = await owner();
  const none = Factor.confirmApp(other.userId, other.sessionId, { code: "123456" }, other.at);
  await expect(none).rejects.toMatchObject({ code: "factor.off" });
});

test("of two concurrent first codes one switches on, and its recovery codes work", async () => {
  const one = await owner();
  const { secret } = await Factor.setUpApp(one.userId, one.sessionId, one.at);
  const confirm = () => Factor.confirmApp(one.userId, one.sessionId, { code: app(secret)(one.at) }, one.at);
  const results = await Promise.allSettled([1, 2, 3].map(confirm));
  const [made, ...more] = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  expect(more).toEqual([]);
  const code = made?.recoveryCodes[0];
  await User.loginByCode({ ticket: await ticket(one.email, one.at), code }, one.at);
});

test("the right password gives a ticket, and a code turns it into a session", async () => {
  const one = await owner();
  const { code } = await withApp(one);
  const at = after(one.at, step);
  const answer = await User.login({ email: one.email, password: a.password }, at);
  expect(Object.keys(answer)).toEqual(["ticket", "expiresAt"]);
  const given = "ticket" in answer ? answer.ticket : "";
  expect(await live(given, at)).toBe(false);
  const { user, session } = await User.loginByCode({ ticket: given, code: code(at) }, at);
  expect(user.id).toBe(one.userId);
  expect(await live(session.token, at)).toBe(true);
  await Session.requireReauthentication(one.userId, Session.lookup(session.token).sessionId, at);
  expect((await events(one.userId)).filter((event) => event === "login")).toHaveLength(1);
});

test("a ticket works once, for 5 minutes, and not with a wrong code", async () => {
  const one = await owner();
  const { code, codes } = await withApp(one);
  const given = await ticket(one.email, one.at);
  const over = after(one.at, 5 * minute);
  await expect(User.loginByCode({ ticket: given, code: codes[0] }, over)).rejects.toMatchObject(late);
  const at = after(over, -1);
  for (const bad of ["000000", "aaaa-aaaa-aaaa-aaaa", code(at, 2), code(at, -2)])
    await expect(User.loginByCode({ ticket: given, code: bad }, at)).rejects.toMatchObject(wrong);
  await User.loginByCode({ ticket: given, code: code(at) }, at);
  await expect(User.loginByCode({ ticket: given, code: codes[0] }, at)).rejects.toMatchObject(late);
  expect((await Factor.get(one.userId)).recoveryCodes).toBe(10);
  const unknown = User.loginByCode({ ticket: "A".repeat(43), code: codes[0] }, at);
  await expect(unknown).rejects.toMatchObject(late);
});

test("a code of the app is taken once, also when it is given many times at once", async () => {
  const one = await owner();
  const { code } = await withApp(one);
  // The code that switched it on was taken.
  const first = User.loginByCode({ ticket: await ticket(one.email, one.at), code: code(one.at) }, one.at);
  await expect(first).rejects.toMatchObject(wrong);
  const at = after(one.at, step);
  const tickets = await Promise.all([1, 2, 3, 4].map(() => ticket(one.email, at)));
  const results = await Promise.allSettled(
    tickets.map((given) => User.loginByCode({ ticket: given, code: code(at) }, at)),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject(wrong);
});

test("a recovery code works once, however it is typed, and the owner is notified", async () => {
  const one = await owner();
  const { codes } = await withApp(one);
  const typed = ` ${codes[0]?.toUpperCase().replaceAll("-", " ")} `;
  const tickets = await Promise.all([1, 2, 3].map(() => ticket(one.email, one.at)));
  const results = await Promise.allSettled(
    tickets.map((given) => User.loginByCode({ ticket: given, code: typed }, one.at)),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect((await Factor.get(one.userId)).recoveryCodes).toBe(9);
  expect(await notices(one.userId)).toEqual(["recovery_used", "totp_on"]);
});

test("new recovery codes replace all the old ones", async () => {
  const one = await owner();
  const { codes } = await withApp(one);
  const renewed = await Factor.renewCodes(one.userId, one.sessionId, one.at);
  expect(renewed.recoveryCodes.filter((code) => codes.includes(code))).toEqual([]);
  const given = await ticket(one.email, one.at);
  await expect(User.loginByCode({ ticket: given, code: codes[0] }, one.at)).rejects.toMatchObject(wrong);
  await User.loginByCode({ ticket: given, code: renewed.recoveryCodes[0] }, one.at);
  const other = await owner();
  await expect(Factor.renewCodes(other.userId, other.sessionId, other.at)).rejects.toMatchObject({
    code: "factor.off",
  });
});

test("neither the secret of an app nor a recovery code can be read from the database", async () => {
  const one = await owner();
  const { secret, codes } = await withApp(one);
  const rows = await sql`
    select to_json(totp_secrets)::text as text from totp_secrets where totp_secrets.user_id = ${one.userId}
     union all
    select to_json(recovery_codes)::text from recovery_codes where recovery_codes.user_id = ${one.userId}`;
  const text = JSON.stringify(rows);
  for (const plain of [secret, ...codes, ...codes.map((code) => code.replaceAll("-", ""))])
    expect(text).not.toContain(plain);
});

test("authenticating again by the password needs a code too; a passkey needs none", async () => {
  const one = await owner();
  const { code } = await withApp(one);
  const at = after(one.at, 11 * minute);
  const again = (more: object) => User.reauthenticate(one.userId, one.sessionId, { password: a.password, ...more }, at);
  const proven = () => Session.requireReauthentication(one.userId, one.sessionId, at);
  await expect(again({})).rejects.toMatchObject({ kind: "auth", code: "factor.needed" });
  await expect(again({ code: code(at, 3) })).rejects.toMatchObject(wrong);
  await expect(again({ password: "not this one", code: code(at) })).rejects.toMatchObject({ code: "user.credentials" });
  await expect(proven()).rejects.toMatchObject({ code: "session.unproven" });
  await again({ code: code(at) });
  await proven();
  await expect(again({ code: code(at) })).rejects.toMatchObject(wrong);
  const { device } = await withPasskey({ ...one, at });
  const { session } = await User.loginByPasskey({ credential: device.get(await Factor.optionsToSignIn(at)) }, at);
  expect(await live(session.token, at)).toBe(true);
});

test("a reset of the password does not switch the codes off, and ends tickets of before", async () => {
  const one = await owner();
  const { codes } = await withApp(one);
  const before = await ticket(one.email, one.at);
  await User.requestReset({ email: one.email }, one.at);
  const next = "another fine long password";
  await User.reset({ token: await a.token(one.userId, "reset"), password: next }, one.at);
  await expect(User.loginByCode({ ticket: before, code: codes[0] }, one.at)).rejects.toMatchObject(late);
  const answer = await User.login({ email: one.email, password: next }, one.at);
  if (!("ticket" in answer)) throw new Error("no code is asked for");
  // Recovery codes are the way back for an owner without the app: they sign in, and switch it off.
  const { session } = await User.loginByCode({ ticket: answer.ticket, code: codes[0] }, one.at);
  await Factor.removeApp(one.userId, Session.lookup(session.token).sessionId, one.at);
  expect(await Factor.get(one.userId)).toEqual({ passkeys: [], totp: null, recoveryCodes: 0, required: false });
  expect(await a.login({ email: one.email, password: next }, one.at)).toHaveProperty("session");
  expect(await notices(one.userId)).toEqual(["totp_off", "recovery_used", "totp_on"]);
});

test("a change of the password ends tickets of before", async () => {
  const one = await owner();
  const { codes } = await withApp(one);
  const before = await ticket(one.email, one.at);
  const next = "another fine long password";
  await User.changePassword(one.userId, one.sessionId, { current: a.password, next }, one.at);
  await expect(User.loginByCode({ ticket: before, code: codes[0] }, one.at)).rejects.toMatchObject(late);
});

test("no sign-in by the password alone outlives the moment at which codes are switched on", async () => {
  for (let round = 0; round < 5; round++) {
    const one = await owner();
    const { secret } = await Factor.setUpApp(one.userId, one.sessionId, one.at);
    const logins = Array.from({ length: 4 }, () =>
      User.login({ email: one.email, password: a.password }, one.at).catch((problem) => problem),
    );
    await Factor.confirmApp(one.userId, one.sessionId, { code: app(secret)(one.at) }, one.at);
    for (const outcome of await Promise.all(logins)) {
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "session.outrun" });
      else if ("session" in outcome) expect(await live(outcome.session.token, one.at)).toBe(false);
    }
  }
});

test("switching off what is off notifies nobody", async () => {
  const one = await owner();
  await Factor.removeApp(one.userId, one.sessionId, one.at);
  await Factor.setUpApp(one.userId, one.sessionId, one.at);
  await Factor.removeApp(one.userId, one.sessionId, one.at);
  expect(await notices(one.userId)).toEqual([]);
});
