import { mailbox } from "@travel-conductor/local/testing";
import { beforeEach, expect, test } from "vitest";
import * as Alert from "../../src/alert.ts";
import { sql } from "../../src/base/db.ts";
import * as Delivery from "../../src/delivery.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { cutAt } from "../support/network.ts";
import { stubProvider } from "../support/stubprovider.ts";

const minute = 60_000;
const hour = 60 * minute;
const later = (ms: number) => new Date(a.noon.getTime() + ms);
const rules = { target: "500.00", drop: null };

beforeEach(async () => {
  await sql`delete from messages`;
  await sql`update alerts set planned_at = created_at`;
  mailbox.length = 0;
});

/** A person with a proven address and no quiet hours. */
async function person(over: { quiet?: boolean } = {}): Promise<string> {
  const userId = await a.proven();
  await sql`delete from messages`;
  if (!over.quiet) await sql`update users set quiet_from = null, quiet_to = null where users.id = ${userId}`;
  return userId;
}

/** Checks a watch at `at`, at this price. */
const check = (watch: { userId: string; id: string }, at: Date, price: number) =>
  Sweep.check(watch.userId, watch.id, at, { provider: stubProvider(() => price) });

const states = async (userId: string) =>
  (
    await sql`
      select alert_deliveries.status, alert_deliveries.because, messages.id, messages.words
        from alert_deliveries
        join alerts on alerts.id = alert_deliveries.alert_id
        join messages on messages.id = alert_deliveries.message_id
       where alerts.user_id = ${userId}
       order by alerts.id`
  ).map((row) => ({ ...row })) as { status: string; because: string | null; id: string; words: object }[];

test("an alert goes to the owner's proven address, once", async () => {
  const watch = await a.watch({ rules }, { userId: await person() });
  await check(watch, a.noon, 490_00);
  expect(await Delivery.deliver(later(minute))).toEqual({ sent: 1, delayed: 0, failed: 0 });
  expect(await Delivery.deliver(later(2 * minute))).toEqual({ sent: 0, delayed: 0, failed: 0 });
  expect(mailbox).toHaveLength(1);
  expect(mailbox[0]?.subject).toContain("£490.00");
  const [sent] = await states(watch.userId);
  expect(sent).toMatchObject({ status: "sent", id: mailbox[0]?.headers["X-Message"] });
});

test("an address that is not proven gets none, and the alert stays unread in the list", async () => {
  const userId = await a.user();
  await sql`delete from messages`;
  const watch = await a.watch({ rules }, { userId });
  await check(watch, a.noon, 490_00);
  expect(await Delivery.deliver(later(minute))).toEqual({ sent: 0, delayed: 0, failed: 0 });
  await sql`update users set email_verified = true where users.id = ${userId}`;
  expect(await Delivery.deliver(later(2 * minute))).toEqual({ sent: 0, delayed: 0, failed: 0 });
  expect((await Alert.unread(userId)).unread).toBe(1);
});

test("alerts of one sweep are one message, and a watch without channels sends none", async () => {
  const userId = await person();
  for (const channels of [null, null, []]) await a.watch({ rules, channels }, { userId });
  await Sweep.run(a.noon, { provider: stubProvider(() => 490_00) });
  expect((await Alert.list(userId, {})).items).toHaveLength(3);
  expect(await Delivery.deliver(later(minute))).toEqual({ sent: 1, delayed: 0, failed: 0 });
  expect(await states(userId)).toHaveLength(2);
});

test("what was told before the first delivery is never sent", async () => {
  const watch = await a.watch({ rules }, { userId: await person() });
  await check(watch, a.noon, 490_00);
  await sql`update alerts set planned_at = '1970-01-01'`;
  expect(await Delivery.deliver(later(minute))).toEqual({ sent: 0, delayed: 0, failed: 0 });
});

test("beyond three messages a day alerts wait for one digest, which names those that still hold", async () => {
  const userId = await person();
  const watches = [];
  for (let n = 0; n < 5; n++) watches.push(await a.watch({ rules }, { userId }));
  for (const [n, watch] of watches.entries()) {
    await check(watch, later(n * minute), 490_00);
    await Delivery.deliver(later(n * minute));
  }
  expect(mailbox).toHaveLength(3);
  const morning = later(20 * hour);
  await check(watches[3]!, morning, 480_00);
  await check(watches[4]!, morning, 530_00);
  expect(await Delivery.deliver(later(20 * hour + minute))).toEqual({ sent: 1, delayed: 0, failed: 0 });
  expect(mailbox).toHaveLength(4);
  const [, , , fourth, fifth] = await states(userId);
  expect(fourth).toMatchObject({ status: "sent" });
  expect(fifth).toMatchObject({ status: "dropped", because: "price" });
});

test("a message of the night is dropped when no alert of it holds in the morning", async () => {
  const watch = await a.watch({ rules }, { userId: await person({ quiet: true }) });
  const night = later(11 * hour);
  await check(watch, night, 490_00);
  expect(await Delivery.deliver(night)).toEqual({ sent: 0, delayed: 0, failed: 0 });
  await check(watch, later(19 * hour), 530_00);
  expect(await Delivery.deliver(later(19 * hour))).toEqual({ sent: 0, delayed: 0, failed: 0 });
  expect(await states(watch.userId)).toMatchObject([{ status: "dropped", because: "price" }]);
  expect(mailbox).toEqual([]);
});

test("a message of the night waits for a new price, a quarter of an hour at most, and then goes", async () => {
  const watch = await a.watch({ rules }, { userId: await person({ quiet: true }) });
  await check(watch, later(11 * hour), 490_00);
  await sql`update fares set due_at = ${later(40 * hour)}`;
  const morning = 19 * hour;
  expect(await Delivery.deliver(later(morning))).toEqual({ sent: 0, delayed: 0, failed: 0 });
  const [due] = await sql`
    select fares.due_at = ${later(morning)} as "isNow"
      from fares
      join watch_fares on watch_fares.fare_id = fares.id
     where watch_fares.watch_id = ${watch.id}`;
  expect(due?.isNow).toBe(true);
  expect(await Delivery.deliver(later(morning + 14 * minute))).toEqual({ sent: 0, delayed: 0, failed: 0 });
  expect(await Delivery.deliver(later(morning + 16 * minute))).toEqual({ sent: 1, delayed: 0, failed: 0 });
});

test("a watch that was paused or ended meanwhile sends nothing that was held", async () => {
  const watch = await a.watch({ rules }, { userId: await person({ quiet: true }) });
  await check(watch, later(11 * hour), 490_00);
  await Delivery.deliver(later(11 * hour));
  await Watch.pause(watch.userId, watch.id, later(12 * hour));
  expect(await Delivery.deliver(later(19 * hour))).toEqual({ sent: 0, delayed: 0, failed: 0 });
  expect(await states(watch.userId)).toMatchObject([{ status: "dropped", because: "over" }]);
});

test("of concurrent runs, each alert is sent once", async () => {
  const userIds = await Promise.all(Array.from({ length: 12 }, () => person()));
  await sql`delete from messages`;
  for (const userId of userIds) await a.watch({ rules }, { userId });
  await Sweep.run(a.noon, { provider: stubProvider(() => 490_00) });
  const reports = await Promise.all(Array.from({ length: 4 }, () => Delivery.deliver(later(minute), { batch: 4 })));
  expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(12);
  expect(new Set(mailbox.map(({ to }) => to[0])).size).toBe(12);
  expect(mailbox).toHaveLength(12);
});

test("killed or unanswered at any request, a delivery sends the same words with the same id, and loses nothing", async () => {
  const watch = await a.watch({ rules }, { userId: await person() });
  let hours = 0;
  for (const loses of [false, true]) {
    for (let at = 1, reached = true; reached; at++) {
      await sql`delete from messages`;
      await sql`delete from alerts`;
      await sql`update price_watches set state = '{}', asked_at = null, version = version + 1`;
      await sql`update watch_fares set wake_below = ${Number.MAX_SAFE_INTEGER}`;
      mailbox.length = 0;
      const now = later(++hours * hour);
      await check(watch, now, 490_00);
      reached = await cutAt(at, loses, () => Delivery.deliver(now));
      await sql`update messages set claimed_until = null`;
      await Delivery.deliver(new Date(now.getTime() + 2 * minute));
      expect(await states(watch.userId)).toMatchObject([{ status: "sent" }]);
      expect(mailbox.length).toBeGreaterThan(0);
      expect(new Set(mailbox.map(({ headers, text, html }) => `${headers["X-Message"]} ${text} ${html}`)).size).toBe(1);
    }
  }
  // Plan, write, claim, read, words, SES, settle, and the claims that find nothing.
  expect(hours).toBeGreaterThan(14);
});
