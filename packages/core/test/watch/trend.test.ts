import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import * as Watch from "../../src/watch.ts";
import { scans, statementsOf } from "../support/explain.ts";
import * as a from "../support/factory.ts";
import { sweep } from "../support/sweep.ts";

const hours = (count: number) => new Date(a.noon.getTime() + count * 3_600_000);
const shown = (watch: Watch.Info) => watch.trend.map(({ day, price }) => `${day.slice(5)} ${price.amount}`);
const listed = async (userId: string, at: Date) => (await Watch.list(userId, {}, at)).items;

test("a new watch has no check, no change and an empty trend", async () => {
  const watch = await a.watch();
  expect(watch).toMatchObject({ lastStatus: null, changedAt: null, trend: [] });
});

test("the trend holds the lowest price of each of the last 30 days, one fare or a basket", async () => {
  const route = a.route();
  const one = await a.watch({ ...route });
  const { userId } = one;
  const window = { departureFrom: "2026-08-01", departureTo: "2026-08-02", departureDate: null };
  const basket = await a.watch({ ...route, ...window }, { userId });
  const lows = new Map<string, number>();
  for (let step = 0; step < 80; step++) {
    const at = hours(12 * step);
    const price = step % 9 === 4 ? null : 20_000 + ((step * 7919) % 50) * 100;
    await sweep(at, { [one.name]: price });
    const day = at.toISOString().slice(5, 10);
    if (price !== null) lows.set(day, Math.min(lows.get(day) ?? Number.POSITIVE_INFINITY, price));
  }
  const at = hours(12 * 79);
  const days = Array.from({ length: 30 }, (_, ago) =>
    hours(12 * 79 - 24 * ago)
      .toISOString()
      .slice(5, 10),
  ).reverse();
  const expected = days.flatMap((day) => (lows.has(day) ? [`${day} ${(lows.get(day)! / 100).toFixed(2)}`] : []));
  expect(expected).toHaveLength(30);
  const [watched] = await listed(userId, at).then((items) => items.filter(({ id }) => id === one.id));
  expect(shown(watched!)).toEqual(expected);
  expect(shown(await Watch.get(userId, one.id, at))).toEqual(expected);
  expect(shown(await Watch.get(userId, basket.id, at))).toEqual(expected);
  // Days go as the moment moves on, whether or not there are checks.
  expect(shown(await Watch.get(userId, one.id, hours(12 * 79 + 24 * 10)))).toEqual(expected.slice(10));
  expect(shown(await Watch.get(userId, one.id, hours(12 * 79 + 24 * 30)))).toEqual([]);
});

test("says what the last check found, and since when the price has been what it is", async () => {
  const watch = await a.watch();
  const { userId, id, name } = watch;
  const steps: [MarketPrice, string, number | null][] = [
    [null, "no_results", null],
    [20_000, "ok", 1],
    [20_000, "ok", 1],
    [null, "no_results", 1],
    [new Error("down"), "provider_error", 1],
    [20_000, "ok", 1],
    [19_900, "ok", 6],
    [20_000, "ok", 7],
  ];
  for (const [step, [price, status, since]] of steps.entries()) {
    await sweep(hours(step), { [name]: price });
    expect(await Watch.get(userId, id, hours(step))).toMatchObject({
      lastStatus: status,
      changedAt: since === null ? null : hours(since).toISOString(),
    });
  }
  const [item] = await listed(userId, hours(8));
  expect(item).toMatchObject({
    lastStatus: "ok",
    lowestPrice: { amount: "199.00" },
    highestPrice: { amount: "200.00" },
  });
});
type MarketPrice = number | null | Error;

test("prices of another source end the trend and the change", async () => {
  const { userId, id, name } = await a.watch();
  await sweep(hours(0), { [name]: 20_000 });
  await Watch.adoptSource("another", hours(1), Date.now() + 60_000);
  expect(await Watch.get(userId, id, hours(1))).toMatchObject({ lastStatus: null, changedAt: null, trend: [] });
});

test("the drop rule still reads the last 14 days alone", async () => {
  const { name, id } = await a.watch();
  for (let day = 0; day < 20; day++) await sweep(hours(24 * day), { [name]: 20_000 + day });
  await sql`update fares set due_at = ${hours(0)} where id = (select fare_id from watch_fares where watch_id = ${id})`;
  const { fares } = await Fare.claim(hours(24 * 20), 1_000);
  const claimed = fares.find(({ price }) => price === 20_019);
  // Those, and that of the last check, which may be of the day itself.
  expect(claimed?.lows.days).toHaveLength(15);
  expect(claimed?.lows.prices.at(-1)).toBe(20_019);
});

test("a list of 50 watches with 3,000 checks each is one request, reads no check, and is bounded", async () => {
  const userId = await a.proven();
  const { origin, destination } = a.route();
  for (let n = 0; n < 50; n++)
    await a.watch(
      { origin, destination, departureDate: "2026-09-01", targetPrice: `${20 + n}.00`, adults: 1 + (n % 9) },
      { userId },
    );
  await sql.transaction([
    sql`select set_config('route.noted', 'yes', true)`,
    sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select distinct watch_fares.fare_id, ${a.noon}::timestamptz - n * interval '14 minutes', 'ok', 10000 + n % 500, 'market'
      from price_watches
      join watch_fares on watch_fares.watch_id = price_watches.id
     cross join generate_series(0, 2999) as n
     where price_watches.user_id = ${userId}`,
    sql`
    update fares
       set price = 10000, changed_at = ${a.noon}, checked_at = ${a.noon}, status = 'ok', source = 'market',
           days = (select array_agg(20513 - 29 + n) from generate_series(0, 29) as n),
           day_lows = (select array_agg(10000 + n) from generate_series(0, 29) as n)
     where fares.id in (
             select watch_fares.fare_id
               from price_watches
               join watch_fares on watch_fares.watch_id = price_watches.id
              where price_watches.user_id = ${userId}
           )`,
  ]);
  let text = "";
  const list = async () => {
    const { items } = await Watch.list(userId, { limit: 50 }, a.noon);
    text = JSON.stringify(items);
    expect(items).toHaveLength(50);
    for (const { trend } of items) expect(trend).toHaveLength(30);
  };
  expect(await counted(list)).toEqual({ postgres: 1, redis: 0 });
  expect(text.length / 50).toBeLessThan(5_000);
  const [[statement] = []] = await statementsOf(list);
  expect((await scans(statement!)).filter(({ of }) => of.startsWith("price_observations"))).toEqual([]);
});
