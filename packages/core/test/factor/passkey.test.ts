import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Factor from "../../src/factor.ts";
import * as Session from "../../src/session.ts";
import * as User from "../../src/user.ts";
import { authenticator } from "../support/authenticator.ts";
import { type Owner, owner, withPasskey } from "../support/factors.ts";
import * as a from "../support/factory.ts";

const minute = 60_000;
const invalid = { kind: "input", code: "passkey.invalid" };
const refused = { kind: "auth", code: "passkey.refused" };
const missing = { kind: "missing", code: "passkey.missing" };
const after = (at: Date, ms: number) => new Date(at.getTime() + ms);
const live = async (token: string, at: Date) => (await Session.validate(token, at)) !== undefined;
const events = async (userId: string) =>
  (
    await sql`select account_events.event from account_events where account_events.user_id = ${userId} order by account_events.id`
  ).map(({ event }) => event);

/** Signs in with the device's passkey, whose answer may differ from a good one. */
async function signIn(device: ReturnType<typeof authenticator>, at: Date, over = {}) {
  const credential = device.get(await Factor.optionsToSignIn(at), over);
  return User.loginByPasskey({ credential }, at);
}

test("a passkey signs in without address and password, and is listed with its last use", async () => {
  const one = await owner();
  const { device, id } = await withPasskey(one);
  const later = after(one.at, minute);
  const { user, session } = await signIn(device, later);
  expect(user).toMatchObject({ id: one.userId, email: one.email });
  expect(await Session.validate(session.token, later)).toMatchObject({ userId: one.userId });
  expect(await Factor.get(one.userId)).toMatchObject({
    passkeys: [{ id, name: "My telephone", backedUp: false, lastUsedAt: later.toISOString() }],
    totp: null,
    recoveryCodes: 0,
  });
  expect(await events(one.userId)).toEqual(["signup", "passkey_added", "login"]);
  const [notice] = (await a.mail(one.userId)).filter(({ kind }) => kind === "factor_changed");
  expect(notice).toMatchObject({ email: one.email, data: { change: "passkey_added", at: one.at.toISOString() } });
});

test("the options ask for a passkey that needs no address, verifies its user, and is new", async () => {
  const one = await owner();
  const { device } = await withPasskey(one);
  const options = await Factor.optionsToAdd(one.userId, one.sessionId, one.at);
  expect(options).toMatchObject({
    rp: { id: "localhost" },
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    excludeCredentials: [{ id: device.id, transports: ["internal"] }],
  });
  expect(await Factor.optionsToSignIn(one.at)).toMatchObject({ userVerification: "required", allowCredentials: [] });
});

const wrong: [string, object][] = [
  ["another page", { origin: "https://evil.example.com" }],
  ["another domain", { rpId: "evil.example.com" }],
  ["a user who was not verified", { verified: false }],
  ["a challenge that was never given", { challenge: "A".repeat(43) }],
  ["another ceremony", { type: "webauthn.other" }],
];

test.each(wrong)("an answer for %s adds no passkey and signs in nobody", async (_, over) => {
  const one = await owner();
  const options = await Factor.optionsToAdd(one.userId, one.sessionId, one.at);
  const credential = authenticator().create(options, over);
  const add = Factor.addPasskey(one.userId, one.sessionId, { name: "x", credential }, one.at);
  await expect(add).rejects.toMatchObject(invalid);
  const { device } = await withPasskey(one);
  await expect(signIn(device, one.at, over)).rejects.toMatchObject(refused);
  await signIn(device, one.at);
});

test("a challenge works once, for 5 minutes, for what it was given for, in its session", async () => {
  const one = await owner();
  const { device } = await withPasskey(one);
  const options = await Factor.optionsToSignIn(one.at);
  const credential = device.get(options);
  await expect(User.loginByPasskey({ credential }, after(one.at, 5 * minute))).rejects.toMatchObject(refused);
  await User.loginByPasskey({ credential }, after(one.at, 5 * minute - 1));
  await expect(User.loginByPasskey({ credential: device.get(options) }, one.at)).rejects.toMatchObject(refused);

  const again = async () => Factor.optionsToReauthenticate(one.sessionId, one.at);
  await expect(User.loginByPasskey({ credential: device.get(await again()) }, one.at)).rejects.toMatchObject(refused);
  const { token } = await a.session(one.userId, one.at);
  const { sessionId } = Session.lookup(token);
  const elsewhere = Factor.reauthenticate(one.userId, sessionId, { credential: device.get(await again()) }, one.at);
  await expect(elsewhere).rejects.toMatchObject(refused);
});

test("of many concurrent answers to one challenge one signs in", async () => {
  const one = await owner();
  const { device } = await withPasskey(one);
  const options = await Factor.optionsToSignIn(one.at);
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, () => User.loginByPasskey({ credential: device.get(options) }, one.at)),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("a count that is not above the last one is refused, as of a copied authenticator", async () => {
  const one = await owner();
  const { device } = await withPasskey(one);
  await signIn(device, one.at, { counter: 7 });
  for (const counter of [7, 6, 0]) await expect(signIn(device, one.at, { counter })).rejects.toMatchObject(refused);
  await signIn(device, one.at, { counter: 8 });
  // Two that were signed before either was checked: the statement decides.
  const answers = await Promise.all(
    [9, 9].map(async (counter) => device.get(await Factor.optionsToSignIn(one.at), { counter })),
  );
  const results = await Promise.allSettled(answers.map((credential) => User.loginByPasskey({ credential }, one.at)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("a passkey that is on several devices does not count, and works again and again", async () => {
  const one = await owner();
  const { device } = await withPasskey(one, { synced: true });
  await signIn(device, one.at);
  await signIn(device, one.at);
  expect((await Factor.get(one.userId)).passkeys).toMatchObject([{ backedUp: true }]);
});

test("a passkey is another way to authenticate again, for its own user", async () => {
  const one = await owner();
  const { device } = await withPasskey(one);
  const later = after(one.at, 11 * minute);
  const prove = () => Session.requireReauthentication(one.userId, one.sessionId, later);
  await expect(prove()).rejects.toMatchObject({ code: "session.unproven" });
  const credential = device.get(await Factor.optionsToReauthenticate(one.sessionId, later));
  await Factor.reauthenticate(one.userId, one.sessionId, { credential }, later);
  await prove();

  const other = await owner();
  const foreign = device.get(await Factor.optionsToReauthenticate(other.sessionId, later));
  const stolen = Factor.reauthenticate(other.userId, other.sessionId, { credential: foreign }, later);
  await expect(stolen).rejects.toMatchObject(refused);
});

test("adding and removing need an authentication of the last 10 minutes and a proven address", async () => {
  const one = await owner();
  const { id } = await withPasskey(one);
  const acts = (at: Date) => [
    () => Factor.optionsToAdd(one.userId, one.sessionId, at),
    () => Factor.addPasskey(one.userId, one.sessionId, { name: "x", credential: authenticator().create(options) }, at),
    () => Factor.removePasskey(one.userId, one.sessionId, id, at),
    () => Factor.setUpApp(one.userId, one.sessionId, at),
    () => Factor.confirmApp(one.userId, one.sessionId, { code: "123456" }, at),
    () => Factor.removeApp(one.userId, one.sessionId, at),
    () => Factor.renewCodes(one.userId, one.sessionId, at),
  ];
  const options = await Factor.optionsToAdd(one.userId, one.sessionId, one.at);
  for (const act of acts(after(one.at, 10 * minute)))
    await expect(act()).rejects.toMatchObject({ kind: "forbidden", code: "session.unproven" });
  await sql`update users set email_verified = false where users.id = ${one.userId}`;
  for (const act of acts(one.at))
    await expect(act()).rejects.toMatchObject({ kind: "forbidden", code: "user.unproven" });
});

test("removing a passkey ends the other sessions that it opened, and no others; it opens nothing any more", async () => {
  const one = await owner();
  const { device, id } = await withPasskey(one);
  const [byPasskey, byPassword] = [await signIn(device, one.at), await a.session(one.userId, one.at)];
  expect(await live(byPasskey.session.token, one.at)).toBe(true);
  await Factor.removePasskey(one.userId, one.sessionId, id, one.at);
  expect(await live(byPasskey.session.token, one.at)).toBe(false);
  expect([await live(one.token, one.at), await live(byPassword.token, one.at)]).toEqual([true, true]);
  await expect(signIn(device, one.at)).rejects.toMatchObject(refused);
  await expect(Factor.removePasskey(one.userId, one.sessionId, id, one.at)).rejects.toMatchObject(missing);
  expect(await events(one.userId)).toContain("passkey_removed");
});

test("a sign-in by a passkey that is being removed is signed out with it, or refused", async () => {
  for (let round = 0; round < 5; round++) {
    const one = await owner();
    const { device, id } = await withPasskey(one, { synced: true });
    const logins = Array.from({ length: 4 }, () => signIn(device, one.at).catch((problem) => problem));
    await Factor.removePasskey(one.userId, one.sessionId, id, one.at);
    for (const outcome of await Promise.all(logins)) {
      if (outcome instanceof Error) expect(outcome).toMatchObject(refused);
      else expect(await live(outcome.session.token, one.at)).toBe(false);
    }
  }
});

test("another user's passkey is missing, and stays as it is", async () => {
  const one = await owner();
  const { id } = await withPasskey(one);
  const other = await owner();
  await expect(Factor.renamePasskey(other.userId, id, { name: "mine" })).rejects.toMatchObject(missing);
  await expect(Factor.removePasskey(other.userId, other.sessionId, id, other.at)).rejects.toMatchObject(missing);
  expect((await Factor.get(one.userId)).passkeys).toMatchObject([{ id, name: "My telephone" }]);
  expect(await Factor.get(other.userId)).toEqual({ passkeys: [], totp: null, recoveryCodes: 0, required: false });
});

test("a passkey belongs to one account, and an account has 20 at most, also when two are added at once", async () => {
  const one = await owner();
  const { device } = await withPasskey(one);
  const other = await owner();
  const add = async ({ userId, sessionId, at }: Owner, maker: ReturnType<typeof authenticator>) => {
    const credential = maker.create(await Factor.optionsToAdd(userId, sessionId, at));
    return Factor.addPasskey(userId, sessionId, { name: "x", credential }, at);
  };
  await expect(add(other, device)).rejects.toMatchObject({ kind: "conflict", code: "passkey.duplicate" });
  await sql`
    insert into passkeys (id, user_id, credential_id, public_key, counter, transports, backed_up, name)
    select 'psk_' || number || ${one.userId}, ${one.userId}, number || ${one.userId}, 'x', 0, '{}', false, 'x'
      from generate_series(1, 18) as number`;
  const results = await Promise.allSettled([1, 2, 3].map(() => add(one, authenticator())));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const result of results)
    if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "passkey.limit" });
});

test("a name has 1 to 100 characters of any script, and can be changed", async () => {
  const one = await owner();
  const { id } = await withPasskey(one);
  expect(await Factor.renamePasskey(one.userId, id, { name: " 電話 📱 " })).toMatchObject({ id, name: "電話 📱" });
  await Factor.renamePasskey(one.userId, id, { name: "📱".repeat(100) });
  for (const name of ["", " ", "x".repeat(101), "a\0b", "a\u202eb", "\ud800"])
    await expect(Factor.renamePasskey(one.userId, id, { name })).rejects.toThrow();
});

test("challenges that are not answered are deleted by the next ones", async () => {
  const at = new Date();
  for (let n = 0; n < 5; n++) await Factor.optionsToSignIn(after(at, -10 * minute));
  await Factor.optionsToSignIn(at);
  const [left] = await sql`
    select count(*)::int as count from passkey_challenges where passkey_challenges.expires_at <= ${at}`;
  expect(left).toEqual({ count: 0 });
});
