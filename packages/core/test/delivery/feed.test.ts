import ICAL from "ical.js";
import Parser from "rss-parser";
import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import * as Channel from "../../src/channel.ts";
import { calendar } from "../../src/delivery/feed/calendar.ts";
import * as Delivery from "../../src/delivery.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";

const at = new Date("2026-03-10T12:00:00Z");
const minute = 60_000;
const parser = new Parser();
const hostileName = '</title><script x="1">&\u0007;,\\:\r\nEND:VCALENDAR €🛫';

/** A feed or calendar of a user, and what its address answers. */
async function fed(userId: string, kind: "atom" | "calendar", name?: string) {
  const { id, url } = await Channel.create(userId, { kind });
  // What no request can write any more may stand there all the same.
  if (name) await sql`update channels set name = ${name} where channels.id = ${id}`;
  const [, token = "", form] = /\/v1\/feeds\/([\w-]{43})\.(atom|ics)$/.exec(url ?? "") ?? [];
  return { id, token, read: (when = at) => Delivery.feed(token, form as "atom" | "ics", when) };
}

/** An alert as the sweep writes it, `minutes` after noon of 1 March. */
async function alert(watchId: string, minutes = 0, over: { price?: number } = {}): Promise<string> {
  const when = new Date(a.noon.getTime() + minutes * minute);
  const id = newId("alr", when);
  await sql`
    insert into alerts (id, user_id, watch_id, fare_id, at, price, previous_price, currency, rules, already_true,
                        mistake_fare, series)
    select ${id}, price_watches.user_id, price_watches.id, watch_fares.fare_id, ${when}, ${over.price ?? 18_000}, 21000,
           price_watches.currency, '{target,new_low}', false, false, price_watches.series
      from price_watches
      join watch_fares on watch_fares.watch_id = price_watches.id
     where price_watches.id = ${watchId}`;
  return id;
}

const priced = (watchId: string, price: number, when: string) => sql`
  update fares
     set price = ${price},
         status = 'ok',
         priced_at = ${when},
         checked_at = ${when},
         lowest = ${price},
         highest = ${price}
    from watch_fares
   where watch_fares.watch_id = ${watchId}
     and fares.id = watch_fares.fare_id`;

type Event = { uid: string; component: ICAL.Component; event: ICAL.Event };
function eventsOf(body: string): Event[] {
  return new ICAL.Component(ICAL.parse(body))
    .getAllSubcomponents("vevent")
    .map((component) => ({ component, event: new ICAL.Event(component), uid: new ICAL.Event(component).uid }));
}
const propertyOf = ({ component }: Event, name: string) => component.getFirstPropertyValue(name)?.toString();

const unescaped = (value: unknown) =>
  String(value).replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));

test("a feed reader reads alerts as text, newest first, with ids that stay", async () => {
  const userId = await a.proven();
  const watch = await a.watch({ rules: { target: "200.00" } }, { userId });
  const [first, second] = [await alert(watch.id), await alert(watch.id, 5, { price: 17_050 })];
  const { id, token, read } = await fed(userId, "atom", "Flights < & >");
  const { type, body, tag } = await read();
  expect(type).toBe("application/atom+xml; charset=utf-8");
  expect(tag).toMatch(/^"[\w-]{22}"$/);

  const feed = await parser.parseString(body);
  expect(feed.title).toBe("Flights < & >");
  expect(feed.feedUrl).toBe(`http://localhost:3000/v1/feeds/${token}.atom`);
  expect(feed.items).toMatchObject([
    {
      id: `urn:x-travel-conductor:${second}`,
      title: `${watch.origin} – ${watch.destination}: £170.50`,
      link: `http://localhost:3000/watches/${watch.id}`,
      pubDate: "2026-03-01T12:05:00.000Z",
    },
    { id: `urn:x-travel-conductor:${first}`, pubDate: "2026-03-01T12:00:00.000Z" },
  ]);
  expect(feed.items[0]?.summary).toContain("£210.00");
  expect(body).toContain(`<id>urn:x-travel-conductor:${id}</id>`);
  expect(body.match(/<(title|summary)(?! type="text")/g)).toBeNull();
  expect(await read()).toEqual({ type, body, tag });
  await alert(watch.id, 9);
  expect((await read()).tag).not.toBe(tag);
});

test("whatever a name holds is shown as it is, in both", async () => {
  const userId = await a.proven();
  await sql`update users set language = 'de' where users.id = ${userId}`;
  const watch = await a.watch({ rules: { target: "200.00" } }, { userId });
  await alert(watch.id);
  const [feed, dates] = [await fed(userId, "atom", hostileName), await fed(userId, "calendar", hostileName)];
  const { body } = await feed.read();
  expect((await parser.parseString(body)).title).toBe(hostileName.replace("\u0007", ""));
  expect(body).not.toContain("<script");
  expect(body).toContain("Vorher: ");

  const text = (await dates.read()).body;
  const component = new ICAL.Component(ICAL.parse(text));
  const shown = hostileName.replace("\u0007", "").replace("\r\n", "\n");
  // The parser knows neither property, and leaves their signs escaped.
  for (const property of ["name", "x-wr-calname"])
    expect(unescaped(component.getFirstPropertyValue(property))).toBe(shown);
  const dated = { departureDate: "2026-08-01", returnDate: null, price: 1, target: null, currency: "GBP" };
  const times = { pricedAt: null, createdAt: watch.createdAt, changedAt: watch.createdAt, endsAt: null, endedAt: null };
  const one = { id: watch.id, origin: hostileName, destination: "JFK", isActive: true, ...dated, ...times };
  const made = eventsOf(calendar({ id: "", name: null, language: null, createdAt: "" }, [one], "http://localhost"));
  expect(made.map(({ event }) => event.summary)).toEqual([`${shown} – JFK: £0.01`]);
  expect(text.match(/^END:VCALENDAR\r$/gm)?.length).toBe(1);
});

test("a long line is folded between characters", async () => {
  const userId = await a.proven();
  for (const name of ["🛫".repeat(30), "ü,".repeat(30), `a${"€".repeat(59)}`]) {
    const { body } = await (await fed(userId, "calendar", name)).read();
    expect(body.split("\r\n").every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    expect(body).not.toContain("\ufffd");
    expect(unescaped(new ICAL.Component(ICAL.parse(body)).getFirstPropertyValue("name"))).toBe(name);
  }
});

test("a feed holds the last hundred alerts, of its owner's watches alone", async () => {
  const userId = await a.proven();
  const watch = await a.watch({ rules: { target: "200.00" } }, { userId });
  const other = await a.watch({ rules: { target: "200.00" } });
  await alert(other.id);
  const ids: string[] = [];
  for (let n = 0; n < 103; n++) ids.unshift(await alert(watch.id, n));
  const { items } = await parser.parseString((await (await fed(userId, "atom")).read()).body);
  expect(items.map(({ id }) => id)).toEqual(ids.slice(0, 100).map((id) => `urn:x-travel-conductor:${id}`));
});

test("a watch that names its channels is in those alone", async () => {
  const userId = await a.proven();
  const [all, one, none] = [await fed(userId, "atom"), await fed(userId, "atom"), await fed(userId, "calendar")];
  const watches = [await a.watch({}, { userId }), await a.watch({}, { userId }), await a.watch({}, { userId })];
  for (const { id } of watches) await alert(id);
  const choose = (index: number, channels: string[]) =>
    sql`update price_watches set channels = ${channels}::text[] where price_watches.id = ${watches[index]!.id}`;
  await choose(1, [one.id]);
  await choose(2, []);
  const links = async ({ read }: typeof all) =>
    (await parser.parseString((await read()).body)).items.map(({ link }) => link?.split("/").at(-1)).sort();
  expect(await links(all)).toEqual([watches[0]!.id]);
  expect(await links(one)).toEqual([watches[0]!.id, watches[1]!.id].sort());
  const days = eventsOf((await none.read()).body).filter(({ uid }) => uid.includes(".departure@"));
  expect(days.map(({ uid }) => uid)).toEqual([`${watches[0]!.id}.departure@travel-conductor`]);
});

test("a calendar shows departure days with the newest price, and the ends of watches in UTC", async () => {
  const userId = await a.proven();
  const watch = await a.watch({ rules: { target: "200.00" }, endsOn: "2026-07-20" }, { userId });
  await priced(watch.id, 18_999, "2026-03-09T08:30:00Z");
  const { read } = await fed(userId, "calendar");
  const { type, body } = await read();
  expect(type).toBe("text/calendar; charset=utf-8");
  expect(body.split("\r\n").every((line) => Buffer.byteLength(line) <= 75 && !line.includes("\n"))).toBe(true);

  const [day, end, ...more] = eventsOf(body) as [Event, Event, ...Event[]];
  expect(more).toEqual([]);
  const route = `${watch.origin} – ${watch.destination}`;
  expect(day.uid).toBe(`${watch.id}.departure@travel-conductor`);
  expect(day.event.summary).toBe(`${route}: £189.99`);
  expect(day.event.description).toBe("£189.99, seen on 9 Mar 2026, 08:30 UTC.\nYour price is £200.00.");
  expect(day.event.startDate.isDate).toBe(true);
  expect([day.event.startDate.toString(), day.event.endDate.toString()]).toEqual(["2026-08-01", "2026-08-02"]);
  expect(propertyOf(day, "url")).toBe(`http://localhost:3000/watches/${watch.id}`);

  const [{ ends } = {}] = await sql`
    select price_watches.ends_at as ends from price_watches where price_watches.id = ${watch.id}`;
  expect(end.uid).toBe(`${watch.id}.end@travel-conductor`);
  expect(end.event.summary).toBe(`Watch of ${route} ends`);
  expect(end.event.startDate.zone?.tzid).toBe("UTC");
  expect(end.event.startDate.toJSDate()).toEqual(new Date(ends as string));
});

test("an event keeps its UID, and its SEQUENCE and DTSTAMP grow with a change", async () => {
  const userId = await a.proven();
  const watch = await a.watch({ rules: { target: "200.00" } }, { userId });
  const { read } = await fed(userId, "calendar");
  const [first] = eventsOf((await read()).body) as [Event];
  expect([propertyOf(first, "sequence"), propertyOf(first, "dtstamp")]).toEqual(["0", "2026-03-01T12:00:00Z"]);
  expect(first.event.summary).toBe(`${watch.origin} – ${watch.destination}`);
  expect((await read()).tag).toBe((await read(new Date(at.getTime() + minute))).tag);

  await priced(watch.id, 18_999, "2026-03-01T13:30:00Z");
  const [second] = eventsOf((await read()).body) as [Event];
  expect([propertyOf(second, "sequence"), propertyOf(second, "dtstamp")]).toEqual(["90", "2026-03-01T13:30:00Z"]);
  expect(second.uid).toBe(first.uid);
});

test("a paused watch says so, and an ended one shows its end for thirty days", async () => {
  const userId = await a.proven();
  const [paused, ended] = [await a.watch({}, { userId }), await a.watch({}, { userId })];
  await Watch.pause(userId, paused.id, at);
  await sql`
    update price_watches
       set ended_at = ${new Date(at.getTime() - 29 * 24 * 60 * minute)},
           ended_because = 'time',
           is_active = false
     where price_watches.id = ${ended.id}`;
  const { read } = await fed(userId, "calendar");
  const shown = async (when: Date) =>
    Object.fromEntries(eventsOf((await read(when)).body).map(({ uid, event }) => [uid.split("@")[0], event]));
  const now = await shown(at);
  expect(now[`${paused.id}.departure`]?.description).toContain("The watch is paused.");
  expect(now[`${ended.id}.departure`]).toBeUndefined();
  expect(now[`${ended.id}.end`]?.summary).toBe(`Watch of ${ended.origin} – ${ended.destination} ended`);
  expect((await shown(new Date(at.getTime() + 2 * 24 * 60 * minute)))[`${ended.id}.end`]).toBeUndefined();
});

test("a watch of several days stands on the day of its cheapest journey", async () => {
  const userId = await a.proven();
  const dates = { departureDate: undefined, departureFrom: "2026-08-01", departureTo: "2026-08-03" };
  const watch = await a.watch(dates, { userId });
  await sql`
    update basket_fares
       set price = case when part.departure_date = '2026-08-03' then 15000 else 16000 end,
           priced_at = ${at},
           status = 'ok'
      from fares as part, watch_fares
     where watch_fares.watch_id = ${watch.id}
       and basket_fares.basket_id = watch_fares.fare_id
       and part.id = basket_fares.fare_id`;
  const { read } = await fed(userId, "calendar");
  const day = async () => (eventsOf((await read()).body)[0] as Event).event.startDate.toString();
  expect(await day()).toBe("2026-08-01");
  await priced(watch.id, 15_000, "2026-03-09T08:30:00Z");
  expect(await day()).toBe("2026-08-03");
});

test("a paused feed is empty; an address that was replaced or removed, or of the other form, is missing", async () => {
  const userId = await a.proven();
  const watch = await a.watch({}, { userId });
  await alert(watch.id);
  for (const kind of ["atom", "calendar"] as const) {
    const { id, token, read } = await fed(userId, kind);
    const count = async () => ((await read()).body.match(/<entry>|BEGIN:VEVENT/g) ?? []).length;
    expect(await count()).toBeGreaterThan(0);
    await Channel.update(userId, id, { status: "paused" });
    expect(await count()).toBe(0);
    await Channel.update(userId, id, { status: "on" });
    expect(await count()).toBeGreaterThan(0);

    const missing = { kind: "missing", code: "feed.missing", message: "There is nothing at this address." };
    const other = kind === "atom" ? "ics" : "atom";
    await expect(Delivery.feed(token, other, at)).rejects.toMatchObject(missing);
    const { url } = await Channel.rotate(userId, id);
    await expect(read()).rejects.toMatchObject(missing);
    const fresh = /([\w-]{43})\.\w+$/.exec(url ?? "")?.[1] ?? "";
    const form = kind === "atom" ? "atom" : "ics";
    expect((await Delivery.feed(fresh, form, at)).body).not.toBe("");
    await Channel.remove(userId, id);
    await expect(Delivery.feed(fresh, form, at)).rejects.toMatchObject(missing);
    await expect(Delivery.feed("A".repeat(43), form, at)).rejects.toMatchObject(missing);
  }
});
