import * as Analytics from "@travel-conductor/core/analytics";
import { redis } from "@travel-conductor/core/base/cache";
import { sql } from "@travel-conductor/core/base/db";
import { hints } from "@travel-conductor/core/base/due";
import { turnProductTime } from "@travel-conductor/core/base/time";
import { withoutService } from "@travel-conductor/core/test/network";
import * as Watch from "@travel-conductor/core/watch";
import { clocks } from "@travel-conductor/local/clocks";
import { counted, lambdas } from "@travel-conductor/local/testing";
import { beforeEach, expect, test } from "vitest";
import * as book from "../src/hurried/book.ts";
import * as cards from "../src/hurried/cards.ts";
import * as deliver from "../src/hurried/deliver.ts";
import * as exporting from "../src/hurried/export.ts";
import * as a from "./support/client.ts";

const minute = 60_000;
const handlers = await Promise.all(clocks.map(async ({ name, load }) => ({ name, ...(await load()) })));

/** A moment of a day in the future, in product time. */
const at = (time: string) => new Date(`2031-05-07T${time}:00.000Z`);
const context = { getRemainingTimeInMillis: () => 60_000, awsRequestId: "test" };

/** What is called, and its handler. */
const called = { deliver, book, export: exporting, cards };

/** Has every clock but the daily one tick once, and what they call run; @returns how many requests to Postgres that took. */
async function tick(moment: Date): Promise<number> {
  turnProductTime(moment, 1);
  const { postgres } = await counted(async () => {
    for (const { name, handler } of handlers) if (name !== "clean") await handler({}, context as never);
    for (const [name, { handler }] of Object.entries(called))
      for (const call of lambdas[name as keyof typeof called].take()) await handler(call, context);
  });
  return postgres;
}

/** Ticks every five minutes, from one moment to before the other; @returns when Postgres was asked. */
async function pass(from: string, to: string): Promise<string[]> {
  const asked: string[] = [];
  for (let moment = at(from); moment < at(to); moment = new Date(moment.getTime() + 5 * minute)) {
    if ((await tick(moment)) > 0) asked.push(moment.toISOString().slice(11, 16));
  }
  return asked;
}

/** A watch through the API, and how often its fare has been priced. */
async function watch(token: string, departureDate: string, more: object = {}) {
  const { id } = await a.read(
    await a.call("POST", "/v1/watches", { token, body: { ...a.wanted(), departureDate, ...more } }),
    201,
  );
  const checks = async () => {
    const [row] = await sql`
      select count(price_observations)::int as count
        from watch_fares
        left join price_observations on price_observations.fare_id = watch_fares.fare_id
       where watch_fares.watch_id = ${id}`;
    return Number(row?.count);
  };
  return { id, checks };
}

beforeEach(async () => {
  await redis.flushall();
});

test("an idle stage asks Postgres at 0, 6, 12 and 18 o'clock alone: it is awake for 20 minutes a day", async () => {
  expect(await pass("06:00", "12:10")).toEqual(["06:00", "12:00"]);
});

test("a quiet stage prices a new watch at the next tick, and then wakes at half hours alone", async () => {
  await pass("12:00", "12:05");
  turnProductTime(at("12:06"), 1);
  const { token } = await a.user();
  const { checks } = await watch(token, "2031-08-03");
  expect(await pass("12:10", "12:20")).toEqual(["12:10"]);
  expect(await checks()).toBe(1);
  for (const time of ["12:31", "12:44", "12:52", "13:03", "13:21"])
    await sql`
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at, due_because)
      values (${`far_${time}`}, 'LHR', 'JFK', '2031-08-01'::date + ${Number(time.slice(3))}::int, 'economy', 1, 'GBP', ${at(time)},
              'departure')`;
  await sql`
    insert into watch_fares (watch_id, fare_id, wake_below)
    select watch_fares.watch_id, fares.id, 1
      from watch_fares, fares
     where fares.id like 'far\\_1%'
     limit 5`;
  await hints.fares.note(at("12:31"));
  const asked = await pass("12:20", "13:35");
  // At 12:30 the first price is counted, and the fare due at 12:31 has a hint of its own. Upkeep comes an hour after the
  // first price.
  expect(asked).toEqual(["12:30", "12:35", "13:00", "13:10", "13:30"]);
});

test("what Redis has lost, and what it was never told, is late and not lost", async () => {
  await pass("12:00", "12:05");
  turnProductTime(at("12:06"), 1);
  const { token } = await a.user();
  await pass("12:07", "12:17");
  const { checks } = await withoutService("redis", () => watch(token, "2031-08-04"));
  expect(await pass("12:20", "12:30")).toEqual([]);
  await redis.flushall();
  await pass("12:30", "12:45");
  expect(await checks()).toBe(1);

  // After the upkeep, an hour later.
  await pass("13:30", "13:40");
  const second = await withoutService("redis", () => watch(token, "2031-08-05"));
  await sql`update fares set due_at = ${at("12:31")}`;
  expect(await pass("17:50", "18:05")).toEqual(["18:00"]);
  expect(await second.checks()).toBe(1);
});

test("a look between a hint and its commit does not make the watch wait, however soon the next tick is", async () => {
  await pass("12:00", "12:05");
  const { userId } = await a.user();
  await hints.fares.note(at("12:10"));
  await tick(at("12:10"));
  await tick(new Date(at("12:10").getTime() + 1_000));
  await Watch.create(userId, { ...a.wanted(), departureDate: "2031-08-02" }, at("12:10"));
  expect(await tick(new Date(at("12:10").getTime() + 2_000))).toBeGreaterThan(0);
  expect(
    await sql`select from fares where fares.departure_date = '2031-08-02' and fares.price is not null`,
  ).toHaveLength(1);
});

test("of two hints the commit of the later one is waited for", async () => {
  await pass("12:00", "12:05");
  const { userId } = await a.user();
  const after = (seconds: number) => new Date(at("12:15").getTime() + 1_000 * seconds);
  await hints.fares.note(at("12:10"));
  await hints.fares.note(after(-10));
  await tick(after(0));
  await Watch.create(userId, { ...a.wanted(), departureDate: "2031-08-07" }, after(0));
  expect(await tick(after(5))).toBeGreaterThan(0);
  expect(
    await sql`select from fares where fares.departure_date = '2031-08-07' and fares.price is not null`,
  ).toHaveLength(1);
});

test("an alert whose sweep died before it told of it is found by the next sweep", async () => {
  await pass("12:00", "12:05");
  turnProductTime(at("12:06"), 1);
  const { token } = await a.user();
  const { id } = await watch(token, "2031-08-06", { rules: { target: "9000.00" } });
  const unplanned = () => sql`select from alerts where alerts.watch_id = ${id} and alerts.planned_at is null`;
  await tick(at("12:10"));
  expect(await sql`select from alerts where alerts.watch_id = ${id}`).toHaveLength(1);
  expect(await unplanned()).toEqual([]);
  await sql`update alerts set planned_at = null where alerts.watch_id = ${id}`;
  expect(await pass("12:15", "12:25")).toEqual([]);
  await hints.fares.note(at("12:24"));
  await tick(at("12:25"));
  expect(await unplanned()).toEqual([]);
});

test("an export is begun by a call, or without it by the clock", async () => {
  const { token } = await a.user();
  const request = () => a.call("POST", "/v1/me/export", { token });
  await tick(at("12:00"));
  const { id } = await a.read(await request(), 202);
  const waiting = () => sql`select from exports where exports.id = ${id} and exports.content is null`;
  const [call] = lambdas.export.take();
  expect(call).toMatchObject({ message: { export: id } });
  await exporting.handler(call!, context);
  expect(await waiting()).toEqual([]);

  const again = await withoutService("lambda", request);
  expect(again.status).toBe(202);
  await tick(at("12:15"));
  expect(await sql`select from exports where exports.content is null`).toEqual([]);
});

test("noted searches wait for the first tick of a half hour, or for somebody who lists them", async () => {
  const path = "/v1/flights?origin=STN&destination=BGY&departureDate=2031-08-01";
  turnProductTime(at("12:00"), 1);
  const half = 30 * minute;
  const mark = Math.ceil(Date.now() / half) * half;
  const flush = (minutes: number) =>
    counted(() => Analytics.flush(new Date(mark + minutes * minute), { gather: true })).then(
      ({ postgres }) => postgres,
    );
  await a.read(await a.call("GET", path), 200);
  expect(await flush(5)).toBe(0);
  expect(await flush(30)).toBeGreaterThan(0);

  const { token } = await a.user();
  await a.read(await a.call("GET", path, { token }), 200);
  expect(await flush(35)).toBe(0);
  await a.read(await a.call("GET", "/v1/me/searches", { token }), 200);
  expect(await flush(40)).toBeGreaterThan(0);
  // A search that was too young for that flush is in the next one.
  await a.read(await a.call("GET", path), 200);
  expect(await flush(45)).toBeGreaterThan(0);
  await redis.del("searches:wanted");
  await a.read(await a.call("GET", path), 200);
  expect(await flush(50)).toBe(0);
});
