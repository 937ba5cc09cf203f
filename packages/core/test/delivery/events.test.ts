import { Webhook } from "standardwebhooks";
import { afterEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Channel from "../../src/channel.ts";
import type { Claimed } from "../../src/delivery/claim.ts";
import { watchNote } from "../../src/delivery/note.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { losingAnswers } from "../support/network.ts";
import type { Received } from "../support/receiver.ts";
import { afterNoon, hour, minute, sweep } from "../support/sweep.ts";
import { endingWatch, recordEmptyChecks } from "../support/watches.ts";
import { hook, useHooks } from "../support/webhooks.ts";

const hooks = await useHooks();
afterEach(async () => {
  await sql`delete from price_watches`;
});

type Event = { type: string; timestamp: string; data: Record<string, unknown> };

/** The events that were received, each checked by the secret of the path it came to. */
const events = (secrets: Record<string, string>) =>
  hooks.receiver.received
    .filter(({ headers }) => headers["webhook-id"])
    .map(({ path, body, headers }) => {
      const event = new Webhook(secrets[path] ?? "").verify(body, headers as Record<string, string>) as Event;
      return { path, id: String(headers["webhook-id"]), ...event };
    });

const far = new Date("2030-01-01T00:00:00Z");

test("each alert is an event of its own, for the channels of its watch, with its flight and price", async () => {
  const userId = await a.proven();
  const [one, two] = [await hook(userId, "https://one.example.com/a"), await hook(userId, "https://one.example.com/b")];
  const rules = { target: "200.00" };
  const all = await a.watch({ rules }, { userId });
  const some = await a.watch({ rules, channels: [two.id] }, { userId });
  const none = await a.watch({ rules, channels: [] }, { userId });
  await sweep(a.noon, { [all.name]: 190_00, [some.name]: 180_00, [none.name]: 170_00 });
  await hooks.deliver(afterNoon(minute));
  const got = events({ "/a": one.secret, "/b": two.secret });
  expect(got.map(({ path, data }) => `${path} ${data.watchId}`).sort()).toEqual(
    [`/a ${all.id}`, `/b ${all.id}`, `/b ${some.id}`].sort(),
  );
  expect(new Set(got.map(({ id }) => id)).size).toBe(3);
  expect(got.find(({ data }) => data.watchId === some.id)).toMatchObject({
    type: "alert.created",
    timestamp: expect.stringMatching(/^2026-03-01T12:01/),
    data: {
      at: expect.stringMatching(/^2026-03-01T12:00/),
      origin: some.origin,
      destination: some.destination,
      departureDate: "2026-08-01",
      price: { amount: "180.00", currency: "GBP" },
      target: { amount: "200.00", currency: "GBP" },
      rules: ["target"],
    },
  });

  const statuses = await sql`
    select alert_deliveries.status from alert_deliveries where alert_deliveries.channel in (${one.id}, ${two.id})`;
  expect(statuses.map(({ status }) => status)).toEqual(["sent", "sent", "sent"]);
});

test("a replayed event has the same id and body, alone or of a span, also where it was given up", async () => {
  const made = await hook(await a.proven());
  hooks.receiver.answer = (response) => void response.writeHead(410).end();
  const { id: watchId, name } = await a.watch({ rules: { target: "200.00" } }, { userId: made.userId });
  await sweep(a.noon, { [name]: 190_00 });
  await hooks.deliver(afterNoon(minute));
  const [first] = hooks.receiver.received as [Received];
  const messageId = String(first.headers["webhook-id"]);
  await expect(Channel.replay(made.userId, made.id, { messageId })).rejects.toMatchObject({ code: "channel.off" });

  await Channel.update(made.userId, made.id, { status: "on" });
  hooks.receiver.answer = (response) => void response.writeHead(204).end();
  expect(await Channel.replay(made.userId, made.id, { messageId })).toMatchObject({ replayed: 1 });
  await expect(Channel.replay(made.userId, made.id, { messageId })).rejects.toMatchObject({ code: "message.missing" });
  await hooks.deliver();
  const [delivery] = await sql`
    select alert_deliveries.status, alert_deliveries.because from alert_deliveries where alert_deliveries.message_id = ${messageId}`;
  expect(delivery).toEqual({ status: "sent", because: null });

  const span = (from: number, to: number) => ({
    from: new Date(Date.now() + from).toISOString(),
    to: new Date(Date.now() + to).toISOString(),
  });
  expect(await Channel.replay(made.userId, made.id, span(-2 * hour, -hour))).toMatchObject({ replayed: 0 });
  expect(await Channel.replay(made.userId, made.id, span(-hour, hour))).toMatchObject({ replayed: 1 });
  await hooks.deliver();
  expect(hooks.receiver.received.map(({ headers, body }) => [headers["webhook-id"], body])).toEqual(
    [1, 2, 3].map(() => [messageId, first.body]),
  );
  expect(events({ "/hook": made.secret }).at(-1)).toMatchObject({ type: "alert.created", data: { watchId } });
  const { items } = await Channel.tries(made.userId, made.id, {});
  expect(items.map(({ outcome, code }) => [outcome, code])).toEqual([
    ["sent", null],
    ["sent", null],
    ["refused", "HTTP 410"],
  ]);
});

test("a watch that ends or pauses is told to each of its channels that is on, by the statement that ends it", async () => {
  const userId = await a.proven();
  const secrets: Record<string, string> = {};
  const ids: Record<string, string> = {};
  for (const path of ["/on", "/paused", "/other"]) {
    const made = await hook(userId, `https://one.example.com${path}`);
    [secrets[path], ids[path]] = [made.secret, made.id];
  }
  const ntfy = await Channel.create(userId, { kind: "ntfy", url: "https://ntfy.example.com/prices" });
  await Channel.create(userId, { kind: "atom" });
  await Channel.update(userId, String(ids["/paused"]), { status: "paused" });
  const channels = [String(ids["/on"]), String(ids["/paused"]), ntfy.id];
  const ended = await endingWatch(afterNoon(11 * hour), { channels }, userId);
  await sweep(a.noon, { [ended.name]: 190_00 });
  await sql`update alerts set planned_at = now()`;
  // At 23:00 people have quiet hours, and machines do not.
  await losingAnswers("watch_ended", () => Watch.expire(afterNoon(11 * hour))).catch(() => undefined);
  await Watch.expire(afterNoon(11 * hour));
  const rows = await sql`
    select messages.kind, messages.channel_id as "channelId", messages.email is not null as mail, messages.due_at as due
      from messages
     where messages.user_id = ${userId}
       and messages.kind like 'watch%'
     order by messages.due_at, messages.channel_id`;
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { kind: "watch_ended", channelId: ids["/on"], mail: false, due: afterNoon(11 * hour) },
    { kind: "watch_ended", channelId: ntfy.id, mail: false, due: afterNoon(19 * hour) },
    { kind: "watch_ended", channelId: null, mail: true, due: afterNoon(19 * hour) },
  ]);
  const [waiting] = await sql`
    select messages.kind, messages.data from messages where messages.channel_id = ${ntfy.id}`;
  await hooks.deliver(far);
  expect(events(secrets)).toMatchObject([
    {
      path: "/on",
      type: "watch.ended",
      data: {
        watchId: ended.id,
        origin: ended.origin,
        endsOn: null,
        lowest: { amount: "190.00", currency: "GBP" },
        highest: { amount: "190.00", currency: "GBP" },
        alerts: 1,
      },
    },
  ]);
  expect(watchNote(waiting as Claimed, "http://localhost:3000")).toEqual({
    title: `${ended.origin} – ${ended.destination}: the watch has ended`,
    text: "The lowest price found was £190.00.",
    url: `http://localhost:3000/watches/${ended.id}`,
  });
});

test("a watch that pauses because nothing is sold is told to webhooks at once", async () => {
  const made = await hook(await a.proven());
  const { id, name, origin } = await a.watch({}, { userId: made.userId });
  await recordEmptyChecks(name, 5);
  expect(await Watch.expire(afterNoon(6 * minute))).toEqual({ ended: 0, paused: 1 });
  await hooks.deliver(afterNoon(6 * minute));
  expect(events({ "/hook": made.secret })).toMatchObject([
    { type: "watch.paused", data: { watchId: id, origin, because: "empty" } },
  ]);
});

test("a watch that pauses because its owner was not seen is told to webhooks alone", async () => {
  const made = await hook(await a.proven());
  const now = new Date("2030-06-01T12:00:00Z");
  const later = (days: number) => new Date(now.getTime() + days * 24 * hour);
  const { id } = await a.watch({ departureDate: "2030-12-01" }, { userId: made.userId, at: later(-100) });
  await sql`update users set seen_at = ${later(-91)} where users.id = ${made.userId}`;
  await Watch.quieten(now, now);
  await sql`delete from messages`;
  expect(await Watch.quieten(later(15), later(15))).toMatchObject({ paused: 1 });
  await hooks.deliver(later(15));
  expect(events({ "/hook": made.secret })).toMatchObject([
    { type: "watch.paused", data: { watchId: id, because: "silent" } },
  ]);
  const letters = await sql`select messages.id from messages where messages.channel_id is null`;
  expect(letters).toEqual([]);
});

test("a span of more than a hundred messages is replayed by pages, each message once", async () => {
  const made = await hook(await a.proven());
  await sql`
    insert into messages (id, user_id, channel_id, kind, status, settled_at, words, created_at)
    select 'msg_' || lpad(number::text, 26, '0'), ${made.userId}, ${made.id}, 'test', 'sent', now(), '{"body": "{}"}', ${a.noon}
      from generate_series(1, 205) as number`;
  const span = { from: afterNoon(-minute).toISOString(), to: afterNoon(minute).toISOString() };
  const counts: number[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await Channel.replay(made.userId, made.id, { ...span, ...(cursor ? { cursor } : {}) });
    counts.push(page.replayed);
    cursor = page.nextCursor;
  } while (cursor);
  expect(counts).toEqual([100, 100, 5]);
  const [left] = await sql`select count(*)::int as sent from messages where messages.status = 'sent'`;
  expect(left).toEqual({ sent: 0 });
  await expect(Channel.replay(made.userId, made.id, { ...span, cursor: "x" })).rejects.toMatchObject({
    code: "page.cursor",
  });
  const alone = { messageId: `msg_${"0".repeat(26)}`, cursor: "x" };
  await expect(Channel.replay(made.userId, made.id, alone)).rejects.toMatchObject({ name: "ValiError" });
});

test("an account without a proven address has its webhooks told, and gets no letter", async () => {
  const made = await hook(await a.user());
  const { id } = await endingWatch(afterNoon(hour), {}, made.userId);
  await Watch.expire(afterNoon(hour));
  await hooks.deliver(far);
  expect(events({ "/hook": made.secret })).toMatchObject([
    { type: "watch.ended", data: { watchId: id, lowest: null } },
  ]);
});
