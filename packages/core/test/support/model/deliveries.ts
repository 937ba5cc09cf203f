import fc from "fast-check";
import { expect } from "vitest";
import { sql } from "../../../src/base/db.ts";
import { localMinutes } from "../../../src/base/zone.ts";
import * as Channel from "../../../src/channel.ts";
import * as Delivery from "../../../src/delivery.ts";
import * as Outbox from "../../../src/outbox.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../factory.ts";
import { cutAt } from "../network.ts";
import type { Receiver } from "../receiver.ts";
import { sweep } from "../sweep.ts";

/** How a channel behaves: it takes messages, refuses for now, or takes them and its answer is lost. */
const modes = ["works", "down", "lost"] as const;
type Mode = (typeof modes)[number];
const kinds = ["email", "ntfy", "webhook"] as const;
type Kind = (typeof kinds)[number];
type Modes = Record<Kind, Mode>;

const mode = fc.constantFrom<Mode>("works", "works", "works", "down", "lost");
const modesOf = fc.record({ email: mode, ntfy: mode, webhook: mode });
/** Minutes. Some are longer than a message is tried for. */
const gap = fc.constantFrom(1, 3, 20, 90, 400, 700, 1_600);
const price = fc.constantFrom<number | null>(480_00, 450_00, 410_00, 350_00, 520_00, 600_00, null);
const minutes = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
const quiet = fc
  .option(fc.record({ from: minutes, to: minutes }), { nil: null })
  .filter((one) => one === null || one.from !== one.to);

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("sweep" as const), gap, prices: fc.tuple(price, price, price) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      gap,
      modes: modesOf,
      cut: fc.option(fc.record({ at: fc.integer({ min: 1, max: 9 }), loses: fc.boolean() }), { nil: null }),
      twice: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("quiet" as const), quiet }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("pause" as const), days: fc.option(fc.integer({ min: 1, max: 3 })) }),
  },
);

/** A history of prices, deliveries and wishes, with the wishes that it begins with. */
export const deliveryHistories = fc.record({
  zone: fc.constantFrom("UTC", "Europe/Berlin", "America/Santiago"),
  most: fc.integer({ min: 0, max: 4 }),
  digestAt: minutes,
  quiet,
  /** The channels of each watch: all, the chats alone, or none. */
  ways: fc.tuple(...[0, 1, 2].map(() => fc.constantFrom<"all" | "chat" | "none">("all", "all", "chat", "none"))),
  steps: fc.array(step, { minLength: 8, maxLength: 22 }),
});
type History = typeof deliveryHistories extends fc.Arbitrary<infer T> ? T : never;

/** A message as it reached a channel, at a moment of product time (UTC ms). */
type Arrived = { kind: Kind; id: string; words: string; at: number; run: number };

let histories = 0;

/**
 * Plays a history against the real outbox, and checks after each delivery, and at the end, what must always hold. Whatever
 * fails, dies or runs twice: a message that comes again has the same words and id; people get nothing in quiet hours or
 * a pause, and no more messages a day than they want; what holds no longer is dropped and nothing else; and at the end
 * each alert was taken once by each of its channels, or given up there.
 */
export async function playDeliveries({ zone, most, digestAt, quiet, ways, steps }: History, receiver: Receiver) {
  const userId = await a.proven();
  const time = (of: number) => `${Math.floor(of / 60)}:${of % 60}`;
  await sql`
    update users
       set time_zone = ${zone}, messages_a_day = ${most}, digest_at = ${time(digestAt)}::time
     where users.id = ${userId}`;
  await sql`delete from messages`;
  const base = `http://127.0.0.1:${receiver.port}`;
  const ntfy = await Channel.create(userId, { kind: "ntfy", url: `${base}/chat` });
  const webhook = await Channel.create(userId, { kind: "webhook", url: `${base}/hook` });
  const day = String(1 + (histories++ % 28)).padStart(2, "0");
  const month = String(4 + Math.floor((histories / 28) % 8)).padStart(2, "0");
  const departureDate = `2026-${month}-${day}`;
  const watched = ["JFK", "BOS", "EWR"] as const;
  for (const [n, way] of ways.entries()) {
    const channels = { all: null, chat: [ntfy.id], none: [] }[way];
    const rules = { target: "500.00", drop: null };
    const subject = { origin: "LHR", destination: watched[n], departureDate, currency: "GBP" };
    await Watch.create(userId, { ...subject, rules, channels }, a.noon);
  }

  let now = a.noon.getTime();
  let modes: Modes = { email: "works", ntfy: "works", webhook: "works" };
  let wishes: { quiet: typeof quiet; pausedUntil: string | null } = { quiet: null, pausedUntil: null };
  let run = 0;
  const arrived: Arrived[] = [];
  const words = new Map<string, string>();
  const note = (kind: Kind, id: string, said: string, isAboutWatches = kind !== "webhook") => {
    expect(words.get(id) ?? said, `the words of ${id} on ${kind}`).toBe(said);
    words.set(id, said);
    if (isAboutWatches) expect(restsAt(now), `${kind} at ${new Date(now).toISOString()}`).toBe(false);
    arrived.push({ kind, id, words: said, at: now, run });
  };
  const restsAt = (at: number) => {
    const local = localDayOf(zone, at);
    if (wishes.pausedUntil !== null && local < wishes.pausedUntil) return true;
    const of = ((localMinutes(zone, at) % 1440) + 1440) % 1440;
    const { quiet } = wishes;
    if (!quiet) return false;
    return quiet.from < quiet.to ? of >= quiet.from && of < quiet.to : of >= quiet.from || of < quiet.to;
  };
  const setWishes = async (changed: Partial<typeof wishes>) => {
    wishes = { ...wishes, ...changed };
    const { quiet, pausedUntil } = wishes;
    await sql`
      update users
         set quiet_from = ${quiet && time(quiet.from)}::time,
             quiet_to = ${quiet && time(quiet.to)}::time,
             messages_paused_until = ${pausedUntil}::date
       where users.id = ${userId}`;
  };

  receiver.answer = (response, { path, headers, body, reset }) => {
    const kind = path === "/hook" ? "webhook" : "ntfy";
    if (modes[kind] === "down") return void response.writeHead(503).end();
    note(kind, String(headers["webhook-id"] ?? headers["x-message"]), body);
    if (modes[kind] === "lost") return reset();
    response.writeHead(200).end();
  };
  const options = (): Delivery.Options => ({
    real: new Date(now),
    send: async (id, _, letter) => {
      if (modes.email === "down") return { status: "delayed", code: "unreachable" };
      const said = `${letter.subject} ${letter.text} ${letter.html}`;
      // A letter about the account, such as that a channel is off, goes at any hour.
      note("email", id, said, letter.headers?.["List-Unsubscribe"] !== undefined);
      return modes.email === "lost" ? { status: "delayed", code: "unreachable" } : { status: "sent" };
    },
  });
  const deliver = async (twice = false) => {
    run++;
    const one = () => Delivery.deliver(new Date(now), options());
    await Promise.all(twice ? [one(), one()] : [one()]);
  };
  /** Each alert on each channel, with what its fare costs now. */
  const read = async () =>
    (await sql`
      select alert_deliveries.alert_id as alert,
             alert_deliveries.channel,
             alert_deliveries.status,
             alert_deliveries.because,
             alert_deliveries.message_id as message,
             fares.price::float8,
             fares.status as found,
             (extract(epoch from fares.checked_at) * 1000)::float8 as "checkedAt"
        from alert_deliveries
        join alerts on alerts.id = alert_deliveries.alert_id
        join watch_fares on watch_fares.watch_id = alerts.watch_id
        join fares on fares.id = watch_fares.fare_id
       where alerts.user_id = ${userId}`) as Row[];
  let wasOff = false;
  /** A channel that failed for days is turned off: its owner turns it on again. */
  const turnOn = async () => {
    const { items } = await Channel.list(userId, {});
    for (const { id, status } of items)
      if (status === "off") {
        wasOff = true;
        await Channel.update(userId, id, { status: "on" });
      }
  };
  const taken = new Map<string, string>();
  const dropped = new Set<string>();
  const judge = async () => {
    for (const { alert, channel, status, because, message, price, found } of await read()) {
      const key = `${alert} ${channel}`;
      if (status === "sent") {
        expect(taken.get(key) ?? message, `the message of ${key}`).toBe(message);
        taken.set(key, message);
      }
      if (status !== "dropped" || dropped.has(key)) continue;
      dropped.add(key);
      expect(because).toBe("price");
      expect(found === "no_results" || (price ?? 0) > 500_00, `dropped at ${price}`).toBe(true);
    }
  };

  await setWishes({ quiet });
  for (const each of steps) {
    if ("gap" in each) now += each.gap * 60_000;
    if (each.do === "sweep")
      await sweep(
        new Date(now),
        Object.fromEntries(watched.map((to, n) => [`LHR-${to} ${departureDate}`, each.prices[n] ?? null])),
      );
    if (each.do === "quiet") await setWishes({ quiet: each.quiet });
    if (each.do === "pause")
      await setWishes({ pausedUntil: each.days === null ? null : localDayOf(zone, now + each.days * 86_400_000) });
    if (each.do !== "deliver") continue;
    modes = each.modes;
    const { cut } = each;
    if (cut) await cutAt(cut.at, cut.loses, deliver);
    else await deliver(each.twice);
    // The leases of what was killed end.
    await sql`update messages set claimed_until = null where messages.user_id = ${userId}`;
    await judge();
    await turnOn();
  }

  // All works again, and time goes on until nothing waits; then each channel takes one more message.
  modes = { email: "works", ntfy: "works", webhook: "works" };
  await setWishes({ quiet: null, pausedUntil: null });
  for (const more of [false, true]) {
    if (more) for (const { id } of (await Channel.list(userId, {})).items) await Channel.test(userId, id);
    if (more) await sql`update messages set due_at = ${new Date(now)} where messages.kind = 'test'`;
    for (let rounds = 0; ; rounds++) {
      expect(rounds, "rounds until nothing waits").toBeLessThan(60);
      await deliver();
      await judge();
      const due = await Outbox.nextDue(new Date(now));
      if (due === null) break;
      now = Math.max(now, due.getTime()) + 60_000;
    }
  }

  const rows = await read();
  const alerts = await sql`
    select alerts.id, price_watches.channels, alerts.planned_at is not null as planned
      from alerts
      join price_watches on price_watches.id = alerts.watch_id
     where alerts.user_id = ${userId}`;
  const [mail] =
    await sql`select channels.id from channels where channels.user_id = ${userId} and channels.kind = 'email'`;
  for (const { id, channels, planned } of alerts) {
    expect(planned).toBe(true);
    const wanted = (channels as string[] | null) ?? [String(mail?.id), ntfy.id, webhook.id];
    const own = rows.filter(({ alert }) => alert === id);
    const given = own.map(({ channel }) => channel).sort();
    if (wasOff) expect(wanted).toEqual(expect.arrayContaining(given));
    else expect(given, `the channels of ${id}`).toEqual([...wanted].sort());
    // A person was told, or the price was gone: nothing stays given up once a channel works.
    const people = own.filter(({ channel }) => channel !== webhook.id);
    if (people.length > 0)
      expect(
        people.some(({ status }) => status !== "failed"),
        `${id} is lost`,
      ).toBe(true);
    for (const { status } of own) expect(["sent", "dropped", "failed"]).toContain(status);
  }
  await judgeSlots(userId, zone, most);
  await sql`delete from price_watches where price_watches.user_id = ${userId}`;
  await sql`delete from messages`;
  return { alerts: alerts.length, arrived: arrived.length };
}

type Row = {
  alert: string;
  channel: string;
  status: string;
  because: string | null;
  message: string;
  price: number | null;
  found: string | null;
  checkedAt: number | null;
};

/** No more messages by themselves a day than the person wants, on any channel. */
async function judgeSlots(userId: string, zone: string, most: number) {
  const slots = await sql`
    select messages.channel_id as channel,
           (extract(epoch from messages.slot_at) * 1000)::float8 as slot
      from messages
      join channels on channels.id = messages.channel_id
     where messages.user_id = ${userId}
       and messages.kind = 'alerts'
       and channels.kind <> 'webhook'`;
  const days = new Map<string, number>();
  for (const { channel, slot } of slots as { channel: string; slot: number }[]) {
    const key = `${channel} ${localDayOf(zone, slot)}`;
    days.set(key, (days.get(key) ?? 0) + 1);
  }
  for (const [key, number] of days) expect(number, `messages of ${key}`).toBeLessThanOrEqual(most);
}

const localDayOf = (timeZone: string, at: number) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(at);
