import { mailbox } from "@travel-conductor/local/testing";
import { beforeEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Delivery from "../../src/delivery.ts";
import * as User from "../../src/user.ts";
import * as a from "../support/factory.ts";
import * as old from "../support/moved.ts";

const now = new Date();
const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

beforeEach(async () => {
  await sql`delete from messages`;
  await sql`update users set invited_at = now() where users.legacy_id is not null`;
});

const letters = async () =>
  (await sql`
    select messages.user_id as "userId", messages.due_at as "dueAt", messages.data
      from messages
     where messages.kind = 'moved'
     order by messages.due_at`) as { userId: string; dueAt: Date; data: Record<string, unknown> }[];

test("each account that was moved in gets one letter, which says what moved and proves the address", async () => {
  const userId = await old.user();
  await old.traveler(userId);
  await old.search(userId);
  await old.search(userId);
  const proven = await old.user();
  await sql`update users set email_verified = true where users.id = ${proven}`;
  await a.user();
  const [none, invalid] = [await old.user([], "no address"), await old.user([], "user_1@moved.invalid")];
  expect(await User.invite(now)).toEqual({ queued: 1, unreachable: 2, until: now.toISOString() });
  expect(await User.invite(now)).toEqual({ queued: 0, unreachable: 2, until: null });
  const [letter, ...others] = await letters();
  expect(others).toEqual([]);
  expect(letter).toMatchObject({ userId, data: { watches: 0, bookings: 0, travelers: 1, searches: 2 } });
  expect(
    await sql`select from users where users.id in (${none}, ${invalid}) and users.invited_at is null`,
  ).toHaveLength(2);
  mailbox.length = 0;
  await Delivery.deliver(later(1));
  const sent = mailbox.filter(({ subject }) => subject === "Your account has moved to Travel Conductor");
  expect(sent.map(({ text }) => text.match(/These came with it.*/)?.[0])).toEqual([
    "These came with it: 1 traveler, 2 searches.",
  ]);
  const [, token] = /\/verify#token=([\w-]+)/.exec(sent[0]?.text ?? "") ?? [];
  await User.verify({ token }, later(6 * 86_400));
  expect(await User.get(userId)).toMatchObject({ emailVerified: true });
});

test("several at once queue one letter each, one second apart, and a limit holds", async () => {
  const users = await Promise.all(Array.from({ length: 7 }, () => old.user()));
  expect(await User.invite(now, { isDry: true })).toEqual({ queued: 7, unreachable: 0, until: null });
  expect(await letters()).toEqual([]);
  expect(await User.invite(now, { limit: 2 })).toMatchObject({ queued: 2, until: later(1).toISOString() });
  const calls = await Promise.all([1, 2, 3].map(() => User.invite(now, { batch: 2 })));
  expect(calls.reduce((sum, { queued }) => sum + queued, 0)).toBe(5);
  const queued = await letters();
  expect(queued.map(({ userId }) => userId).sort()).toEqual(users.sort());
  expect(queued.map(({ dueAt }) => dueAt.getTime() - now.getTime())).toEqual(
    [0, 1, 2, 3, 4, 5, 6].map((n) => n * 1_000),
  );
});

test("a letter to what is no address is given up without asking the mail service", async () => {
  const users = [await old.user([], "someone(at)example.com"), await old.user([], "user_2@moved.invalid")];
  for (const userId of users) {
    const [{ email } = { email: "" }] = await sql`select users.email from users where users.id = ${userId}`;
    await User.requestReset({ email }, now);
  }
  mailbox.length = 0;
  await Delivery.deliver(later(60));
  expect(mailbox).toEqual([]);
  const rows = await sql`select messages.status, messages.failure from messages where messages.kind = 'reset'`;
  expect(rows).toEqual([1, 2].map(() => ({ status: "failed", failure: "no address" })));
});
