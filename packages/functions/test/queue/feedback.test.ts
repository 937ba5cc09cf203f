import { sql } from "@travel-conductor/core/base/db";
import { newId } from "@travel-conductor/core/base/id";
import * as Channel from "@travel-conductor/core/channel";
import * as Delivery from "@travel-conductor/core/delivery";
import * as Outbox from "@travel-conductor/core/outbox";
import { notification } from "@travel-conductor/local/event";
import { mailbox, ses } from "@travel-conductor/local/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { handler } from "../../src/queue/feedback.ts";
import * as a from "../support/client.ts";

type Event = Parameters<Parameters<typeof ses.listen>[0]>[0] & Record<string, never>;
let events: Event[] = [];
ses.listen((event) => events.push(event as Event));

beforeEach(async () => {
  await sql`delete from messages`;
  events = [];
});
afterEach(() => ses.suppressed.clear());

/** A person with a proven address, with the id of their e-mail channel. */
async function reader(email = `${newId("usr")}@example.com`) {
  const { token, userId } = await a.proven();
  await sql`
    update users set email = ${email}, email_key = ${email.toLowerCase()} where users.id = ${userId}`;
  await sql`delete from messages`;
  return { token, userId, email, id: `chn_${userId.slice(4)}` };
}

const channelOf = async ({ userId }: { userId: string }) =>
  (
    await sql`
      select channels.status, channels.off_because as "because"
        from channels where channels.user_id = ${userId} and channels.kind = 'email'`
  )[0];
const on = { status: "on", because: null };
const report = (event: unknown) => handler(notification(event as object));

/** Sends the person a message that says that the channel works. */
async function sendTest({ userId, id }: { userId: string; id: string }) {
  await Channel.test(userId, id);
  await Delivery.deliver(new Date(Date.now() + 1_000));
  await new Promise(setImmediate);
}

/** An event about a letter to the person, as SES reports a bounce. */
async function bounceOf(one: { userId: string; id: string; email: string }, bounce: object, at: string, sesId: string) {
  const messageId = newId("msg");
  await sql`
    insert into messages (id, user_id, kind, email, data) values (${messageId}, ${one.userId}, 'test', ${one.email}, '{}')`;
  const timestamp = new Date(at).toISOString();
  const bouncedRecipients = [{ emailAddress: one.email, action: "failed", status: "4.4.7" }];
  return {
    eventType: "Bounce",
    mail: { messageId: sesId, tags: { message: [messageId] } },
    bounce: { bounceType: "Transient", bounceSubType: "General", bouncedRecipients, timestamp, ...bounce },
  };
}

test.each([
  ["bounce", "bounced"],
  ["suppressionlist", "bounced"],
  ["complaint", "complained"],
])("SES's simulator address %s turns the channel off, whatever repeats the report", async (name, because) => {
  const one = await reader(`${name}+${newId("usr")}@simulator.amazonses.com`);
  await sendTest(one);
  expect(events).toHaveLength(1);
  await Promise.all([report(events[0]), report(events[0])]);
  await report(events[0]);
  expect(await channelOf(one)).toEqual({ status: "off", because });
  const { items } = await a.read(await a.call("GET", "/v1/channels", { token: one.token }), 200);
  expect(items[0]).toMatchObject({ status: "off", offBecause: because });
});

test("an automatic reply, however often, turns nothing off", async () => {
  const one = await reader(`ooto+${newId("usr")}@simulator.amazonses.com`);
  for (let n = 0; n < 4; n++) await sendTest(one);
  expect(events).toHaveLength(4);
  for (const event of events) await report(event);
  expect(await channelOf(one)).toEqual(on);
});

test("three transient bounces within seven days turn it off, in any order; over more days they do not", async () => {
  const spread = await reader();
  const days = ["2026-03-01T00:00:00Z", "2026-03-05T00:00:00Z", "2026-03-08T00:00:00Z", "2026-03-12T01:00:00Z"];
  for (const [index, day] of days.entries()) await report(await bounceOf(spread, {}, day, `${spread.id}-${index}`));
  expect(await channelOf(spread)).toEqual(on);
  const dense = await reader();
  const together = ["2026-03-07T00:00:00Z", "2026-03-05T00:00:00Z", "2026-03-03T00:00:00Z"];
  const reports = await Promise.all(together.map((day, n) => bounceOf(dense, {}, day, `${dense.id}-${n}`)));
  await report(reports[0]);
  await report(reports[1]);
  await report(reports[1]);
  expect(await channelOf(dense)).toEqual(on);
  await report(reports[2]);
  expect(await channelOf(dense)).toEqual({ status: "off", because: "bounced_often" });
  const racing = await reader();
  const three = await Promise.all(together.map((day, n) => bounceOf(racing, {}, day, `${racing.id}-${n}`)));
  await Promise.all(three.map(report));
  expect(await channelOf(racing)).toEqual({ status: "off", because: "bounced_often" });
});

test("what cannot be read, is unknown, or is about another address, changes nothing", async () => {
  const one = await reader();
  const permanent = await bounceOf(one, { bounceType: "Permanent" }, "2026-03-01T00:00:00Z", "0102-x");
  const other = { bouncedRecipients: [{ emailAddress: "before@example.com", status: "5.1.1" }] };
  const harmless = [
    "not json",
    "null",
    {},
    { eventType: "Delivery", mail: {} },
    { ...permanent, mail: { messageId: "1", tags: {} } },
    { ...permanent, mail: { messageId: "2", tags: { message: ["msg_unknown"] } } },
    { ...permanent, bounce: { ...permanent.bounce, timestamp: "yesterday" } },
    { ...permanent, bounce: { ...permanent.bounce, ...other } },
    {
      eventType: "Complaint",
      mail: permanent.mail,
      complaint: {
        complaintFeedbackType: "not-spam",
        complainedRecipients: [{ emailAddress: one.email }],
        timestamp: "2026-03-01T00:00:00Z",
      },
    },
  ];
  for (const event of harmless) await report(event);
  expect(await channelOf(one)).toEqual(on);
  await report(permanent);
  expect(await channelOf(one)).toEqual({ status: "off", because: "bounced" });
});

test("a letter about the account that comes back turns the channel off, and such letters still go", async () => {
  const one = await reader(`bounce+${newId("usr")}@simulator.amazonses.com`);
  await Outbox.enqueue("email_taken", { userId: one.userId, email: one.email }, {});
  await Delivery.deliver(new Date(Date.now() + 1_000));
  await new Promise(setImmediate);
  await report(events[0]);
  expect(await channelOf(one)).toEqual({ status: "off", because: "bounced" });
  mailbox.length = 0;
  await Outbox.enqueue("password_changed", { userId: one.userId, email: one.email }, { at: new Date().toISOString() });
  expect(await Delivery.deliver(new Date(Date.now() + 2_000))).toMatchObject({ sent: 1 });
  expect(mailbox).toHaveLength(1);
});

test("a message that waits for a channel that was turned off meanwhile is not sent", async () => {
  const one = await reader();
  await Channel.test(one.userId, one.id);
  await Channel.turnMailOff(one.userId, "unsubscribed");
  mailbox.length = 0;
  expect(await Delivery.deliver(new Date(Date.now() + 1_000))).toEqual({ sent: 0, delayed: 0, failed: 1 });
  expect(mailbox).toEqual([]);
});

test("turned on again by its owner, the address is off SES's list, proven anew, and earlier reports do not count", async () => {
  const one = await reader();
  const early = await bounceOf(one, { bounceType: "Permanent" }, "2026-03-01T00:00:00Z", "0102-early");
  await report(await bounceOf(one, { bounceType: "Permanent" }, "2026-03-01T00:00:00Z", "0102-first"));
  expect(await channelOf(one)).toEqual({ status: "off", because: "bounced" });
  ses.suppressed.add(one.email);
  const patch = (status: string) => a.call("PATCH", `/v1/channels/${one.id}`, { token: one.token, body: { status } });
  const turnOn = () => patch("on");
  expect(await a.read(await patch("paused"), 200)).toMatchObject({ status: "off", offBecause: "bounced" });
  await sql`delete from messages where messages.kind = 'verify'`;
  expect(await a.read(await turnOn(), 200)).toMatchObject({ status: "unproven", offBecause: null });
  expect(ses.suppressed.has(one.email)).toBe(false);
  await report(early);
  expect(await channelOf(one)).toEqual(on);
  const verify = { token: await a.link(one.email, "verify") };
  expect((await a.call("POST", "/v1/auth/verify", { body: verify })).status).toBe(204);
  const { items } = await a.read(await a.call("GET", "/v1/channels", { token: one.token }), 200);
  expect(items[0]).toMatchObject({ status: "on" });

  // It comes back again: once a day is enough.
  const late = await bounceOf(
    one,
    { bounceType: "Permanent" },
    new Date(Date.now() + 60_000).toISOString(),
    "0102-late",
  );
  await report(late);
  expect(await a.read(await turnOn(), 429)).toMatchObject({ code: "channel.daily" });
  await sql`update channels set released_at = now() - interval '25 hours' where channels.id = ${one.id}`;
  expect(await a.read(await turnOn(), 200)).toMatchObject({ status: "unproven" });
});

test("one that its owner left is turned on again without more", async () => {
  const one = await reader();
  await Channel.turnMailOff(one.userId, "unsubscribed");
  const body = { status: "on" };
  expect(await a.read(await a.call("PATCH", `/v1/channels/${one.id}`, { token: one.token, body }), 200)).toMatchObject({
    status: "on",
    offBecause: null,
  });
});
