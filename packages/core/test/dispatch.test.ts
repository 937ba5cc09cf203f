import { lambdas } from "@travel-conductor/local/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sql } from "../src/base/db.ts";
import { logger } from "../src/base/log.ts";
import * as Shift from "../src/dispatch.ts";
import * as Watch from "../src/watch.ts";
import { scans, statementsOf } from "./support/explain.ts";
import * as a from "./support/factory.ts";
import { metricLines } from "./support/logs.ts";
import { withoutService } from "./support/network.ts";
import { stubProvider } from "./support/stubprovider.ts";
import { afterNoon, alertsOf, everySweep, minute } from "./support/sweep.ts";

/** The time (ms) of a Lambda that only sweeps, and of one whose time is nearly over. */
const [life, end] = [270_000, 20_000];

beforeEach(async () => {
  await sql`truncate fare_keys, price_watches cascade`;
  drawn();
});
afterEach(() => void vi.restoreAllMocks());

/** Takes the calls of helpers, as their handler gets them. */
const drawn = (): unknown[] => lambdas.help.take().map(({ message }) => message);

/** `count` fares with one watch each, due since ten minutes before noon. */
async function due(count: number): Promise<void> {
  const userId = await a.user();
  await sql`
    with made as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at)
      select 'far_' || n, 'AAA', 'BBB', date '2026-06-01' + n, 'economy', 1, 'GBP', ${afterNoon(-10 * minute)}
        from generate_series(1, ${count}::int) as n
    ), watched as (
      insert into price_watches (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price)
      select 'wch_' || n, ${userId}, 'AAA', 'BBB', date '2026-06-01' + n, 'economy', 1, 'GBP', 20000
        from generate_series(1, ${count}::int) as n
    )
    insert into watch_fares (watch_id, fare_id, wake_below)
    select 'wch_' || n, 'far_' || n, 20000
      from generate_series(1, ${count}::int) as n`;
}

const selling = () => stubProvider(() => 300_00);
const alone = { cadence: everySweep };

test("a tick ends the watches whose time is over, and their fares are not searched any more", async () => {
  const { userId, id } = await a.watch({ rules: { target: "200.00" } });
  await sql`update price_watches set ends_at = ${afterNoon(-minute)} where price_watches.id = ${id}`;
  const provider = selling();
  expect(await Shift.start(a.noon, life, { ...alone, provider })).toMatchObject({ ended: 1, paused: 0, fares: 0 });
  expect(provider.searched).toEqual([]);
  expect(await Watch.get(userId, id, a.noon)).toMatchObject({ state: "ended" });
});

test("a sweep that one Lambda can do calls no helper", async () => {
  const { userId } = await a.watch({ rules: { target: "200.00" } });
  const provider = stubProvider(() => 190_00);
  const report = await withoutService("lambda", () => Shift.start(a.noon, life, { ...alone, provider }));
  expect(report).toMatchObject({ due: 1, tickets: 0, fares: 1, alerts: 1 });
  expect(await alertsOf(userId)).toEqual(["03-01T12:00 190.00 target"]);
  expect(await Shift.start(afterNoon(minute), life, { provider })).toMatchObject({ due: 1, fares: 1 });
  expect(drawn()).toEqual([]);
});

test("each two thousand fares beyond the first have a helper called", async () => {
  await due(4_001);
  const idle = () => Shift.start(a.noon, end, { provider: selling() });
  expect(await idle()).toMatchObject({ due: 4_001, tickets: 2, fares: 0 });
  expect(drawn()).toEqual([{ at: a.noon.toISOString() }, { at: a.noon.toISOString() }]);
});

test("counting and helpers have a limit, and only the index is read", async () => {
  await due(45_000);
  await sql`vacuum analyze fares`;
  let report: Shift.Report | undefined;
  const requests = await statementsOf(async () => {
    report = await Shift.start(a.noon, end, { provider: selling() });
  });
  expect(report).toMatchObject({ due: 42_000, tickets: 20 });
  expect(requests).toHaveLength(2);
  const [, [count]] = requests as [unknown, [{ query: string; params: unknown[] }]];
  const found = (await scans(count)).filter(({ of }) => of !== "due_floor");
  expect(found).toContainEqual({ how: "Index Only Scan", of: "fares", rows: 42_000 });
  // The look for prices of another source.
  expect(found.filter(({ rows }) => rows > 0)).toHaveLength(1);
  expect(found.filter(({ how }) => how === "Seq Scan")).toEqual([]);
});

test("when no helper can be called, this Lambda does the work, and that is logged", async () => {
  const warn = vi.spyOn(logger, "warn").mockReturnValue();
  await due(2_001);
  const provider = selling();
  const report = await withoutService("lambda", () => Shift.start(a.noon, life, { ...alone, provider }));
  expect(report).toMatchObject({ due: 2_001, tickets: 0, fares: 2_001 });
  expect(warn).toHaveBeenCalledWith("work not hurried", expect.anything());
});

test("a tick and two concurrent helpers price each fare once, and a repeated ticket finds nothing", async () => {
  await due(2_400);
  const provider = stubProvider(async () => {
    await new Promise((done) => setTimeout(done, 5));
    return 190_00;
  });
  const options = { ...alone, provider };
  const ticket = { at: a.noon.toISOString() };
  await Promise.all([
    Shift.start(a.noon, life, options),
    Shift.assist(ticket, a.noon, life, options),
    Shift.assist(ticket, a.noon, life, options),
  ]);
  expect(provider.searched).toHaveLength(2_400);
  expect(await sql`select count(*)::int as alerts from alerts`).toEqual([{ alerts: 2_400 }]);
  await Shift.assist(ticket, a.noon, life, options);
  expect(provider.searched).toHaveLength(2_400);
});

test("a helper without time left claims nothing", async () => {
  await due(10);
  const provider = selling();
  await Shift.assist({ at: a.noon.toISOString() }, a.noon, end, { provider });
  expect(provider.searched).toEqual([]);
  expect(await sql`select id from fares where claimed_until is not null`).toEqual([]);
});

test("a long run sweeps in rounds, each at its own moment, and releases what it did not price", async () => {
  await due(60);
  const moments = new Set<number>();
  const provider = stubProvider(async (_, at) => {
    moments.add(at.getTime());
    await new Promise((done) => setTimeout(done, 40));
    return 300_00;
  });
  const report = await Shift.start(a.noon, 32_000, { provider, parallel: 1, batch: 50, within: 200 });
  expect(report.fares).toBe(provider.searched.length);
  expect(report.fares).toBeLessThan(60);
  expect(new Set(provider.searched).size).toBe(provider.searched.length);
  expect(moments.size).toBeGreaterThanOrEqual(3);
  expect([...moments]).toEqual([...moments].sort());
  expect(await sql`select id from fares where claimed_until is not null`).toEqual([]);
  expect(await Shift.start(afterNoon(minute), end, {})).toMatchObject({ due: 60 - report.fares });
});

test.each([undefined, {}, { at: "noon" }, { at: a.noon.toISOString(), more: 1 }])("%j is no ticket", async (ticket) => {
  await expect(Shift.assist(ticket, a.noon, life)).rejects.toThrow();
});

test("in the cloud, the due fares and the result are emitted as metrics", async () => {
  await due(2);
  const lines = await metricLines(() => Shift.start(a.noon, life, { ...alone, provider: stubProvider(() => 190_00) }));
  expect(lines).toMatchObject([
    { DueFares: 2, OldestDueAge: 600 },
    { FaresPriced: 2, Alerts: 2, ProviderFailures: 0 },
  ]);
  expect(lines[0]?._aws).toMatchObject({
    CloudWatchMetrics: [{ Namespace: "travel-conductor/production", Dimensions: [[]] }],
  });
});
