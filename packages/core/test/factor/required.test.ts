import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Factor from "../../src/factor.ts";
import * as Key from "../../src/key.ts";
import * as Session from "../../src/session.ts";
import * as User from "../../src/user.ts";
import { type Owner, owner, ticket, withApp, withPasskey } from "../support/factors.ts";
import * as a from "../support/factory.ts";
import { validate } from "../support/keys.ts";

const minute = 60_000;
const after = (at: Date, ms: number) => new Date(at.getTime() + ms);
const refused = { kind: "forbidden", code: "factor.required" };
const none = { kind: "conflict", code: "factor.none" };

const set = ({ userId, sessionId, at }: Owner, required = true) =>
  Factor.setRequired(userId, sessionId, { required }, at);
const isRequired = async ({ userId }: Owner) => (await Factor.get(userId)).required;
const lacks = async (token: string, at: Date) => (await Session.validate(token, at))?.lacksFactor;
/** What a guarded route asks after a copy has said that a factor is lacking. */
const lacksNow = ({ userId }: Owner, token: string) => Session.lacksFactor(userId, Session.lookup(token).sessionId);
const notices = async (userId: string) =>
  (await a.mail(userId)).filter(({ kind }) => kind === "factor_changed").map(({ data }) => data.change);
/** The owner in another session, as one that was opened by the password alone. */
async function byPassword(one: Owner): Promise<Owner> {
  const [row] = await sql`select users.password_version as version from users where users.id = ${one.userId}`;
  const { token } = await a.session(one.userId, one.at, { passwordVersion: Number(row?.version) });
  return { ...one, token, sessionId: Session.lookup(token).sessionId };
}

test("an account without a second factor cannot require one", async () => {
  const one = await owner();
  await expect(set(one)).rejects.toMatchObject(none);
  await Factor.setUpApp(one.userId, one.sessionId, one.at);
  await expect(set(one)).rejects.toMatchObject(none);
  await set(one, false);
  expect(await isRequired(one)).toBe(false);
});

test("it takes a session with a second factor, an authentication of the last 10 minutes and a proven address", async () => {
  const one = await owner();
  await withPasskey(one);
  await expect(set(await byPassword(one))).rejects.toMatchObject(refused);
  await expect(set({ ...one, at: after(one.at, 10 * minute) })).rejects.toMatchObject({ code: "session.unproven" });
  await sql`update users set email_verified = false where users.id = ${one.userId}`;
  await expect(set(one)).rejects.toMatchObject({ code: "user.unproven" });
  await sql`update users set email_verified = true where users.id = ${one.userId}`;
  const other = await owner();
  await expect(set({ ...one, userId: other.userId })).rejects.toMatchObject(none);
  await withPasskey(other);
  await expect(set({ ...one, userId: other.userId })).rejects.toMatchObject(refused);
  expect([await isRequired(one), await isRequired(other)]).toEqual([false, false]);
  await set(one);
  await set(one);
  expect(await isRequired(one)).toBe(true);
  expect(await notices(one.userId)).toEqual(["factor_required", "passkey_added"]);
});

test("from the answer on no cached session without a factor, and no cached key, counts as one with it", async () => {
  const one = await owner();
  await withPasskey(one);
  const other = await byPassword(one);
  const { key = "" } = await Key.create(one.userId, one.sessionId, { name: "x", scopes: ["export"] }, one.at);
  const keyLacks = async () => (await validate(key, one.at))?.lacksFactor;
  const state = async () => [await lacks(one.token, one.at), await lacks(other.token, one.at), await keyLacks()];
  // Read twice: from Postgres, then from the copy.
  for (let read = 0; read < 2; read++) expect(await state()).toEqual([false, false, false]);
  await set(one);
  expect(await state()).toEqual([false, true, true]);
  expect([await lacksNow(one, one.token), await lacksNow(one, other.token)]).toEqual([false, true]);
  expect(await Session.lacksFactor(one.userId, "")).toBe(true);
  const stranger = await owner();
  expect(await Session.lacksFactor(one.userId, stranger.sessionId)).toBe(true);
  await set(one, false);
  expect([await lacksNow(one, other.token), await Session.lacksFactor(one.userId, "")]).toEqual([false, false]);
});

test("a passkey, a code and a recovery code are second factors, at sign-in and later; the password is none", async () => {
  const one = await owner();
  const { code, codes } = await withApp(one);
  const { device } = await withPasskey(one);
  await set(one);
  const at = after(one.at, minute);
  const signedIn = [
    await User.loginByPasskey({ credential: device.get(await Factor.optionsToSignIn(at)) }, at),
    await User.loginByCode({ ticket: await ticket(one.email, at), code: code(at) }, at),
    await User.loginByCode({ ticket: await ticket(one.email, at), code: codes[0] }, at),
  ];
  for (const { session } of signedIn) expect(await lacks(session.token, at)).toBe(false);

  const [first, second] = [await byPassword(one), await byPassword(one)];
  for (const { token } of [first, second]) expect(await lacks(token, at)).toBe(true);
  const credential = device.get(await Factor.optionsToReauthenticate(first.sessionId, at));
  await Factor.reauthenticate(one.userId, first.sessionId, { credential }, at);
  const given = { password: a.password, code: codes[1] };
  await User.reauthenticate(one.userId, second.sessionId, given, at);
  for (const { token } of [first, second]) expect(await lacksNow(one, token)).toBe(false);

  const other = await owner();
  await withPasskey(other);
  await set(other);
  const third = await byPassword(other);
  await User.reauthenticate(other.userId, third.sessionId, { password: a.password }, other.at);
  expect(await lacksNow(other, third.token)).toBe(true);
});

test("while it is on, a session without a factor changes no factor and does not switch it off", async () => {
  const one = await owner();
  const { id } = await withPasskey(one);
  await withApp(one);
  await set(one);
  const { userId, sessionId, at } = await byPassword(one);
  const acts = [
    () => Factor.setRequired(userId, sessionId, { required: false }, at),
    () => Factor.optionsToAdd(userId, sessionId, at),
    () => Factor.removePasskey(userId, sessionId, id, at),
    () => Factor.setUpApp(userId, sessionId, at),
    () => Factor.confirmApp(userId, sessionId, { code: "123456" }, at),
    () => Factor.removeApp(userId, sessionId, at),
    () => Factor.renewCodes(userId, sessionId, at),
  ];
  for (const act of acts) await expect(act()).rejects.toMatchObject(refused);
  expect(await Factor.get(userId)).toMatchObject({ passkeys: [{ id }], recoveryCodes: 10, required: true });
});

test("it ends with the last factor, not before, and the owner is notified", async () => {
  const one = await owner();
  const { id } = await withPasskey(one);
  await withApp(one);
  await set(one);
  await Factor.removeApp(one.userId, one.sessionId, one.at);
  expect(await isRequired(one)).toBe(true);
  await Factor.removePasskey(one.userId, one.sessionId, id, one.at);
  expect(await isRequired(one)).toBe(false);
  expect((await notices(one.userId)).slice(0, 2).sort()).toEqual(["factor_optional", "passkey_removed"]);

  const other = await owner();
  await withApp(other);
  await set(other);
  await Factor.removeApp(other.userId, other.sessionId, other.at);
  expect(await isRequired(other)).toBe(false);
  expect(await lacksNow(other, (await byPassword(other)).token)).toBe(false);
});

test("a factor that is removed stands for no other session any more", async () => {
  const one = await owner();
  const { code, codes } = await withApp(one);
  const { device, id } = await withPasskey(one);
  await withPasskey(one);
  await set(one);
  const proven = await byPassword(one);
  const credential = device.get(await Factor.optionsToReauthenticate(proven.sessionId, one.at));
  await Factor.reauthenticate(one.userId, proven.sessionId, { credential }, one.at);
  await Factor.removePasskey(one.userId, one.sessionId, id, one.at);
  expect(await Session.validate(proven.token, one.at)).toBeUndefined();

  const at = after(one.at, minute);
  const byCode = await User.loginByCode({ ticket: await ticket(one.email, at), code: codes[0] ?? code(at) }, at);
  expect(await lacks(byCode.session.token, at)).toBe(false);
  await Factor.removeApp(one.userId, one.sessionId, at);
  expect(await lacks(byCode.session.token, at)).toBe(true);
  expect(await lacks(one.token, at)).toBe(false);
});

test("it is never on without a factor, also when the last one is removed at the same time", async () => {
  for (let round = 0; round < 3; round++) {
    const one = await owner();
    const { id } = await withPasskey(one);
    const removed = Factor.removePasskey(one.userId, one.sessionId, id, one.at);
    const [, switched] = await Promise.allSettled([removed, set(one)]);
    expect(await Factor.get(one.userId)).toMatchObject({ passkeys: [], required: false });
    if (switched.status === "rejected") expect(switched.reason).toMatchObject(none);
  }
});
