import { createHash } from "node:crypto";
import { counted } from "@travel-conductor/local/testing";
import { describe, expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import { quotas } from "../src/outbox/quota.ts";
import * as Outbox from "../src/outbox.ts";
import * as Privacy from "../src/privacy.ts";
import * as Session from "../src/session.ts";
import * as User from "../src/user.ts";
import * as a from "./support/factory.ts";

const now = new Date();

/** The kinds of the letters to an address, one for each letter, in order of their names. */
async function letters(email: string): Promise<string[]> {
  const rows = await sql`
    select messages.kind from messages where messages.email = ${email} order by messages.kind`;
  return rows.map(({ kind }) => String(kind));
}

async function signedIn(over: Partial<User.Create> = {}) {
  const { user, session } = await User.create(a.signup(over), now);
  return { userId: user.id, email: user.email, sessionId: Session.lookup(session.token).sessionId };
}

const times = async <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> => {
  const results: T[] = [];
  for (let n = 0; n < count; n++) results.push(await work(n));
  return results;
};

/** Everything that a stranger can do to have letters sent to a mailbox, each more often than its limit. */
async function flood(email: string): Promise<void> {
  await times(4, async (n) => {
    const stranger = await signedIn();
    await times(5, () => User.requestEmail(stranger.userId, stranger.sessionId, { email: respelt(email, n) }, now));
  });
  await times(6, (n) => User.create(a.signup({ email: respelt(email, n) }), now).catch((error) => error));
  await times(6, (n) => User.resend({ email: respelt(email, n) }, now));
}

const respelt = (email: string, n: number) => (n % 2 ? email.toUpperCase() : ` ${email}`).trim();

test("several accounts that ask to move to one address send its mailbox five letters an hour, and learn nothing", async () => {
  const { email } = a.signup();
  const strangers = await Promise.all([1, 2, 3].map(() => signedIn()));
  const asked = await Promise.all(
    strangers.flatMap(({ userId, sessionId }) =>
      Array.from({ length: 5 }, (_, n) => User.requestEmail(userId, sessionId, { email: respelt(email, n) }, now)),
    ),
  );
  expect(asked).toEqual(Array.from({ length: 15 }, () => undefined));
  const sent = await sql`select from messages where lower(messages.email) = ${email}`;
  expect(sent).toHaveLength(5);
});

test("strangers use up neither the owner's reset nor a notice about the account", async () => {
  const one = await signedIn();
  await flood(one.email);
  expect((await letters(one.email)).filter((kind) => kind === "email_taken")).toHaveLength(3);
  await User.requestReset({ email: one.email }, now);
  await User.reset({ token: await a.token(one.userId, "reset"), password: "another fine long password" }, now);
  expect(await letters(one.email)).toContain("password_changed");
});

test("an owner whose mailbox gets no more resets holds links that work, until one is used", async () => {
  const one = await signedIn();
  await times(20, (n) => User.requestReset({ email: respelt(one.email, n) }, now));
  const sent = (await a.mail(one.userId)).filter(({ kind }) => kind === "reset");
  expect(sent).toHaveLength(5);
  const [, seconds = 0] = quotas.reset ?? [];
  const [window] = await sql`
    select (extract(epoch from mailbox_letters.ends_at - messages.created_at) * 1000)::float8 as "ms"
      from mailbox_letters, messages
     where mailbox_letters.kind = 'reset'
       and mailbox_letters.mailbox = ${hashed(one.email)}
       and messages.user_id = ${one.userId}
       and messages.kind = 'reset'
     order by messages.id
     limit 1`;
  // The window begins with its first letter and is no longer than the link in it works.
  expect(window?.ms).toBeLessThanOrEqual(seconds * 1000);
  for (const { data } of sent) expect(Date.parse(data.expiresAt ?? "") - now.getTime()).toBe(seconds * 1000);
  await User.reset({ token: sent.at(-1)?.data.token ?? "", password: "another fine long password" }, now);
});

test("of many concurrent letters the mailbox gets its number, and the next window begins after the last", async () => {
  const one = await signedIn();
  await Promise.all(Array.from({ length: 15 }, () => User.requestReset({ email: one.email }, now)));
  const resets = async () => (await letters(one.email)).filter((kind) => kind === "reset").length;
  expect(await resets()).toBe(5);
  await sql`update mailbox_letters set ends_at = now() where mailbox_letters.mailbox = ${hashed(one.email)}`;
  await times(7, () => User.requestReset({ email: one.email }, now));
  expect(await resets()).toBe(10);
});

test("a request that is over the limit takes as many requests as any, and a failed change counts nothing", async () => {
  const one = await signedIn();
  const reset = () => User.requestReset({ email: one.email }, now);
  const costs = await times(7, () => counted(reset));
  for (const cost of costs) expect(cost).toEqual({ postgres: 1, redis: 0 });

  const to = { userId: null, email: a.signup().email };
  const broken = sql.transaction([Outbox.enqueue("email_taken", to, {}), sql`select 1 / 0`]);
  await expect(broken).rejects.toMatchObject({ code: "22012" });
  await Outbox.enqueue("email_taken", to, {}, sql`false`);
  expect(await sql`select from mailbox_letters where mailbox_letters.mailbox = ${hashed(to.email)}`).toEqual([]);
  await times(4, () => Outbox.enqueue("email_taken", to, {}));
  expect(await letters(to.email)).toHaveLength(3);
});

test("two accounts that ask at once to move to each other's address both get their answer", async () => {
  for (let round = 0; round < 5; round++) {
    const [one, other] = await Promise.all([signedIn(), signedIn()]);
    await Promise.all([
      User.requestEmail(one.userId, one.sessionId, { email: other.email }, now),
      User.requestEmail(other.userId, other.sessionId, { email: one.email }, now),
    ]);
    for (const { email } of [one, other]) expect(await letters(email)).toContain("email_taken");
  }
});

test("an account that is deleted and made again sends its mailbox no more letters for it", async () => {
  const { email } = a.signup();
  await times(7, async () => {
    const { userId, sessionId } = await signedIn({ email });
    await Privacy.removeAccount(userId, sessionId, now);
  });
  expect(await letters(email)).toEqual(["account_deleted", "account_deleted", "account_deleted"]);
  const [{ letters: proofs } = { letters: 0 }] = await sql`
    select mailbox_letters.letters
      from mailbox_letters
     where mailbox_letters.kind = 'verify'
       and mailbox_letters.mailbox = ${hashed(email)}`;
  expect(proofs).toBe(5);
});

test("the counts keep no address", async () => {
  const { email } = await signedIn();
  const rows = await sql`select mailbox_letters::text as "row" from mailbox_letters`;
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain(email.split("@")[0]);
});

describe("to an address that is not proven", () => {
  const about: { [K in Outbox.Kind]: "proof" | "reset" | "account" | "watches" } = {
    verify: "proof",
    email_change_old: "proof",
    email_change_new: "proof",
    reset: "reset",
    email_taken: "account",
    new_device: "account",
    password_changed: "account",
    factor_changed: "account",
    email_changed: "account",
    export_ready: "account",
    account_deleted: "account",
    key_made: "account",
    watch_ended: "watches",
    watch_paused: "watches",
    alerts: "watches",
    digest: "watches",
    test: "watches",
    channel_off: "account",
    keep_watching: "account",
    booking_changed: "watches",
    moved: "proof",
    post_decided: "account",
  };

  test.each(["watch_ended", "watch_paused"] as const)("no %s goes, and to a proven one it does", async (kind) => {
    const [unproven, proven] = [await a.user(), await a.proven()];
    const told = sql`(
      select users.id as key, users.id as user_id, users.email, users.email_verified as proven,
             null::text[] as channels, now() as at, now() as due_at, '{}'::jsonb as data
        from users
       where users.id in (${unproven}, ${proven}))`;
    await Outbox.enqueueEach(kind, told);
    const kinds = async (userId: string) => (await a.mail(userId)).map((message) => message.kind);
    expect(await kinds(unproven)).toEqual(["verify"]);
    expect(await kinds(proven)).toContain(kind);
  });

  test("every kind but those about watches has a count", () => {
    for (const [kind, topic] of Object.entries(about))
      expect([kind, kind in quotas]).toEqual([kind, topic !== "watches"]);
  });
});

function hashed(email: string): string {
  return createHash("sha256").update(email.toLowerCase()).digest("hex");
}
