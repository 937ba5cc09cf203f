import { beforeAll, expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import * as Fare from "../src/fare.ts";
import * as Insight from "../src/insight.ts";
import * as Watch from "../src/watch.ts";
import { scans, statementsOf } from "./support/explain.ts";
import { sweptLows } from "./support/sweptlow.ts";

const at = new Date("2026-11-22T12:00:00Z");

/**
 * Forty routes with fifty departure days each, and sixty observations of each day. Only the first route's codes exist.
 */
beforeAll(async () => {
  await sql`
    with watched as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, source)
      select 'far_' || n, case when n < 50 then 'LHR' else 'X' || chr(65 + n / 50 / 26) || chr(65 + n / 50 % 26) end, 'SYD',
             (${at}::timestamptz)::date + n % 50 * 3, 'economy', 1, 'GBP', 'simulator'
        from generate_series(0, 1999) as n
      returning id
    )
    insert into price_observations (fare_id, at, status, price, provider)
    select watched.id, ${at}::timestamptz - n * interval '36 hours', 'ok', 2000 + n, 'simulator'
      from watched
     cross join generate_series(1, 60) as n`;
  await Fare.rollUp(at, { batch: 200_000, within: 100_000 });
  await sql`vacuum analyze`;
}, 120_000);

const insight = (departureDate: string) =>
  Insight.get({ origin: "LHR", destination: "SYD", departureDate, currency: "GBP", price: "20.00" }, at);

test.each([
  ["2027-01-21", "dates", 60],
  ["2027-01-22", "route", 820],
])("of 120,000 observations, %s is compared with those of its %s, found by index", async (date, of, observations) => {
  const [request = []] = await statementsOf(async () => {
    expect(await insight(date)).toMatchObject({ sample: { of, observations }, verdict: "low" });
  });
  const allScans = await scans(request[0]!);
  // After a roll-up nothing is noted.
  const tables = allScans.filter(({ of, rows, how }) => of !== "route_changes" && (rows > 0 || how.includes("Seq")));
  expect(tables.map(({ how }) => how).filter((how) => !/Index|Bitmap/.test(how))).toEqual([]);
  expect(tables.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(300);
});

test("a low for the route reads as little, whatever the history of the route", async () => {
  const requests = await statementsOf(async () => {
    expect((await sweptLows(["far_20"], "simulator", at)).size).toBe(1);
  });
  const allScans = await scans(requests.at(-1)!.at(-1)!);
  expect(allScans.filter(({ of, rows }) => of.startsWith("price_observations") && rows > 0)).toEqual([]);
  expect(allScans.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(40);
});

test("a simulation with lows for the route reads the checks of its own fare, and a low for each", async () => {
  const asked = { origin: "LHR", destination: "SYD", departureDate: "2027-01-21", currency: "GBP" };
  const [request = []] = await statementsOf(async () => {
    const { sample } = await Watch.simulate({ ...asked, rules: { drop: null, routeLow: true } }, at);
    expect(sample.checks).toBe(60);
  });
  const read = (await Promise.all(request.map(scans))).flat();
  const rows = (table: string) =>
    read.filter(({ of }) => of.startsWith(table)).reduce((sum, { rows }) => sum + rows, 0);
  expect(rows("price_observations")).toBeLessThan(70);
  expect(rows("route_lows")).toBeGreaterThan(20);
  expect(read.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(60 * 25);
});
