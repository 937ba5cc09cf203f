import { beforeEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { whileLocked } from "../support/watches.ts";

const day = 24 * 3_600_000;
const now = new Date("2030-06-01T12:00:00Z");
const later = (days: number) => new Date(now.getTime() + days * day);

beforeEach(async () => {
  await sql`update users set seen_at = ${later(1000)}`;
  await sql`delete from messages`;
});

/** A watch whose owner was last seen this many days before now. */
async function watchOf(daysAgo: number) {
  const watch = await a.watch({ departureDate: "2030-12-01" }, { at: later(-100) });
  await sql`update users set seen_at = ${later(-daysAgo)} where users.id = ${watch.userId}`;
  return watch;
}

const letters = async () =>
  (await sql`select messages.kind, messages.data from messages order by messages.id`).map((row) => ({ ...row }));
const stateOf = async ({ userId, id }: { userId: string; id: string }, at: Date) => {
  const { state, pausedBecause } = await Watch.get(userId, id, at);
  return [state, pausedBecause];
};

test("a person who was not seen for 90 days is asked once, and the watches pause 14 days later", async () => {
  const watch = await watchOf(91);
  await watchOf(89);
  await sql`delete from messages`;
  expect(await Watch.quieten(now, now)).toEqual({ asked: 1, paused: 0 });
  expect(await Watch.quieten(later(1), later(1))).toEqual({ asked: 0, paused: 0 });
  expect(await letters()).toEqual([{ kind: "keep_watching", data: { watches: 1, until: "2030-06-15" } }]);
  await sql`update users set seen_at = ${later(1000)} where users.seen_at > ${later(-90)}::timestamptz`;
  expect(await Watch.quieten(later(15), later(15))).toEqual({ asked: 0, paused: 1 });
  expect(await stateOf(watch, later(15))).toEqual(["paused", "silent"]);
  await Watch.resume(watch.userId, watch.id, later(16));
  expect(await stateOf(watch, later(16))).toEqual(["active", null]);
});

test("a person who is seen after the question keeps the watches, and is asked anew after 90 more days", async () => {
  const watch = await watchOf(91);
  await Watch.quieten(now, now);
  await a.session(watch.userId, later(10));
  expect(await Watch.quieten(later(15), later(15))).toEqual({ asked: 0, paused: 0 });
  expect(await stateOf(watch, later(15))).toEqual(["active", null]);
  expect(await Watch.quieten(later(101), later(101))).toEqual({ asked: 1, paused: 0 });
});

test("a session in use and a key in use are seen; a webhook that takes events keeps its owner's watches", async () => {
  const watch = await watchOf(91);
  await sql`insert into channels (id, user_id, kind, worked_at) values (${`chn_${watch.userId}`}, ${watch.userId}, 'webhook', ${later(-1)})`;
  expect(await Watch.quieten(now, now)).toEqual({ asked: 0, paused: 0 });
  await sql`update channels set worked_at = ${later(-15)} where channels.user_id = ${watch.userId}`;
  expect(await Watch.quieten(now, now)).toEqual({ asked: 1, paused: 0 });
});

test("noting that a person was seen waits for no transaction", async () => {
  const watch = await watchOf(91);
  await whileLocked(sql`select from users where users.id = ${watch.userId} for no key update`, async () => {
    await sql`
      insert into api_keys (id, user_id, hash, start, name, scopes, expires_at)
      values (${`key_${watch.userId}`}, ${watch.userId}, ${"0".repeat(64)}, 'tck_Ab12', 'one', '{read}', now() + interval '1 day')`;
    await sql`update api_keys set last_used_at = ${now} where api_keys.user_id = ${watch.userId}`;
  });
  expect(await Watch.quieten(now, now)).toMatchObject({ asked: 1 });
  await sql`update api_keys set last_used_at = ${later(1)} where api_keys.user_id = ${watch.userId}`;
  expect(await Watch.quieten(later(15), later(15))).toMatchObject({ paused: 0 });
});
