import { mailbox } from "@travel-conductor/local/testing";
import { beforeEach, expect, test } from "vitest";
import * as Alert from "../../src/alert.ts";
import { sql } from "../../src/base/db.ts";
import * as Channel from "../../src/channel.ts";
import * as Delivery from "../../src/delivery.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, hour, minute } from "../support/sweep.ts";

const day = 24 * hour;
const rules = { target: "500.00", drop: null };
const nothing = { sent: 0, delayed: 0, failed: 0 };

beforeEach(async () => {
  await sql`delete from messages`;
  await sql`update alerts set planned_at = created_at`;
  mailbox.length = 0;
});

/** A person with a proven address, without quiet hours unless they are wanted. */
async function person(quiet = false): Promise<string> {
  const userId = await a.proven();
  await sql`delete from messages`;
  if (!quiet) await sql`update users set quiet_from = null, quiet_to = null where users.id = ${userId}`;
  return userId;
}

type Watched = { userId: string; id: string };
const check = (watch: Watched, at: Date, price: number) =>
  Sweep.check(watch.userId, watch.id, at, { provider: stubProvider(() => price) });
const watches = (count: number, userId: string): Promise<Watched[]> =>
  Promise.all(Array.from({ length: count }, () => a.watch({ rules }, { userId })));

const down: Delivery.Options = { send: async () => ({ status: "delayed", code: "unreachable" }) };

/** What became of each alert of a watch, oldest first, as its decisions say it. */
async function outcomes({ userId, id }: Watched) {
  const { items } = await Watch.decisions(userId, id, {});
  return items
    .flatMap(({ alert }) => alert?.deliveries ?? [])
    .reverse()
    .map(({ channel, status, because, heldBecause, settledAt }) => {
      return { channel, status, because, heldBecause, isSettled: settledAt !== null };
    });
}

test("what piled up while nothing was sent comes as one message, and only what still holds", async () => {
  const userId = await person();
  const [one, two, three] = (await watches(3, userId)) as [Watched, Watched, Watched];
  await check(one, a.noon, 490_00);
  await check(two, afterNoon(hour), 480_00);
  await check(three, afterNoon(2 * hour), 470_00);
  const back = 2 * day + 3 * hour;
  expect(await Delivery.deliver(afterNoon(back))).toEqual(nothing);
  // The prices are days old: each is looked at again.
  await check(one, afterNoon(back + minute), 490_00);
  await check(two, afterNoon(back + minute), 530_00);
  await check(three, afterNoon(back + minute), 465_00);
  expect(await Delivery.deliver(afterNoon(back + 2 * minute))).toEqual({ ...nothing, sent: 1 });
  expect(mailbox).toHaveLength(1);
  const late = { channel: "email", heldBecause: "late", isSettled: true };
  expect(await outcomes(one)).toEqual([{ ...late, status: "sent", because: null }]);
  expect(await outcomes(two)).toEqual([{ ...late, status: "dropped", because: "price" }]);
  expect(await outcomes(three)).toMatchObject([{ status: "sent" }]);
});

test("a message whose tries failed rests in the quiet hours, and then has the same words and id", async () => {
  const watch = await a.watch({ rules }, { userId: await person(true) });
  const words: string[] = [];
  const failing: Delivery.Options = {
    send: async (id, _, letter) => {
      words.push(`${id} ${letter.subject} ${letter.text} ${letter.html}`);
      return { status: "delayed", code: "unreachable" };
    },
  };
  const evening = 9 * hour + 58 * minute;
  await check(watch, afterNoon(evening), 490_00);
  expect(await Delivery.deliver(afterNoon(evening), failing)).toEqual({ ...nothing, delayed: 1 });
  for (const later of [3 * minute, hour, 8 * hour])
    expect(await Delivery.deliver(afterNoon(evening + later), failing)).toEqual(nothing);
  expect(await outcomes(watch)).toMatchObject([{ status: "pending", heldBecause: "quiet", isSettled: false }]);
  expect(await Delivery.deliver(afterNoon(19 * hour), failing)).toEqual({ ...nothing, delayed: 1 });
  expect(words).toHaveLength(2);
  expect(new Set(words).size).toBe(1);
});

test("a pause, or quiet hours, that were chosen after a message was planned hold it", async () => {
  const userId = await person();
  await sql`update users set messages_a_day = 0 where users.id = ${userId}`;
  const watch = await a.watch({ rules }, { userId });
  await check(watch, a.noon, 490_00);
  expect(await Delivery.deliver(a.noon)).toEqual(nothing);
  expect(await outcomes(watch)).toMatchObject([{ status: "pending", heldBecause: "most" }]);
  await sql`update users set messages_paused_until = '2026-03-10' where users.id = ${userId}`;
  await check(watch, afterNoon(20 * hour), 490_00);
  expect(await Delivery.deliver(afterNoon(20 * hour))).toEqual(nothing);
  await check(watch, afterNoon(8 * day + 20 * hour), 490_00);
  expect(await Delivery.deliver(afterNoon(8 * day + 20 * hour - minute))).toEqual(nothing);
  // It is days old, and is tried for a day from now on.
  expect(await Delivery.deliver(afterNoon(8 * day + 20 * hour), down)).toEqual({ ...nothing, delayed: 1 });
  expect(await Delivery.deliver(afterNoon(8 * day + 20 * hour + 2 * minute))).toEqual({ ...nothing, sent: 1 });
});

test("what was held of a watch that its owner snoozed meanwhile is left out", async () => {
  const userId = await person();
  await sql`update users set messages_a_day = 0 where users.id = ${userId}`;
  const [quiet, other] = (await watches(2, userId)) as [Watched, Watched];
  for (const watch of [quiet, other]) await check(watch, a.noon, 490_00);
  expect(await Delivery.deliver(a.noon)).toEqual(nothing);
  await Watch.snooze(userId, quiet.id, { days: 7 }, afterNoon(hour));
  for (const watch of [quiet, other]) await check(watch, afterNoon(20 * hour), 490_00);
  expect(await Delivery.deliver(afterNoon(20 * hour))).toEqual({ ...nothing, sent: 1 });
  expect(await outcomes(quiet)).toMatchObject([{ status: "dropped", because: "over" }]);
  expect(await outcomes(other)).toMatchObject([{ status: "sent" }]);
});

test("what no channel took comes with the first that works again, as one digest of what still holds", async () => {
  const userId = await person();
  const [one, two, read, apart, fresh] = await watches(5, userId);
  const lost = [one, two, read, apart] as [Watched, Watched, Watched, Watched];
  await sql`update price_watches set channels = '{}' where price_watches.id = ${apart!.id}`;
  for (const [n, watch] of lost.entries()) await check(watch, afterNoon(n * minute), 490_00);
  for (const [n] of lost.entries()) await Delivery.deliver(afterNoon(n * minute), down);
  const given = await Delivery.deliver(afterNoon(26 * hour), down);
  expect(given).toEqual({ ...nothing, failed: 3 });
  const { items } = await Alert.list(userId, {});
  const alertOf = (watch: Watched) => items.find(({ watchId }) => watchId === watch.id)!.id;
  await Alert.update(userId, alertOf(read!), { read: true }, afterNoon(27 * hour));

  const later = 3 * day;
  await check(one!, afterNoon(later), 485_00);
  await check(two!, afterNoon(later), 530_00);
  await check(fresh!, afterNoon(later), 470_00);
  expect(await Delivery.deliver(afterNoon(later))).toEqual({ ...nothing, sent: 2 });
  expect(await Delivery.deliver(afterNoon(later + minute))).toEqual(nothing);
  expect(mailbox).toHaveLength(2);
  expect(await outcomes(fresh!)).toMatchObject([{ status: "sent", heldBecause: null }]);
  expect(await outcomes(one!)).toMatchObject([{ status: "sent", because: null, heldBecause: "outage" }]);
  expect(await outcomes(two!)).toMatchObject([{ status: "dropped", because: "price", heldBecause: "outage" }]);
  expect(await outcomes(read!)).toMatchObject([{ status: "failed", because: "channel" }]);
  expect(await outcomes(apart!)).toEqual([]);
  const [digest] = await sql`
    select messages.kind, count(*)::int as number
      from messages
      join alert_deliveries on alert_deliveries.message_id = messages.id
     where messages.user_id = ${userId}
       and alert_deliveries.held_because = 'outage'
     group by messages.id`;
  expect(digest).toEqual({ kind: "digest", number: 2 });
});

test("a channel gets what it is told about, and a feed has no choice", async () => {
  const userId = await person();
  const {
    items: [mail],
  } = await Channel.list(userId, {});
  const about = ["watch.ended"] as const;
  expect(await Channel.update(userId, mail!.id, { about: [...about] })).toMatchObject({ about });
  const watch = await a.watch({ rules }, { userId });
  await check(watch, a.noon, 490_00);
  expect(await Delivery.deliver(a.noon)).toEqual(nothing);
  expect(await outcomes(watch)).toEqual([]);

  const ends = async () => {
    await sql`update price_watches set ended_at = null, ended_because = null, is_active = true, ends_at = ${a.noon} where price_watches.id = ${watch.id}`;
    await Watch.expire(afterNoon(minute));
    return Delivery.deliver(afterNoon(minute));
  };
  expect(await ends()).toEqual({ ...nothing, sent: 1 });
  await Channel.update(userId, mail!.id, { about: [] });
  expect(await ends()).toEqual(nothing);
  expect(await Channel.update(userId, mail!.id, { about: null })).toMatchObject({ about: null });
  expect(await ends()).toEqual({ ...nothing, sent: 1 });

  const { id } = await Channel.create(userId, { kind: "atom" });
  await expect(Channel.update(userId, id, { about: [] })).rejects.toMatchObject({ code: "channel.fixed" });
  const twice = ["watch.ended", "watch.ended"];
  await expect(Channel.update(userId, mail!.id, { about: twice })).rejects.toMatchObject({ name: "ValiError" });
});
