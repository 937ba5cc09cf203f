import { expect, test, vi } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import { type Offer, unknownTerms } from "../../src/flight.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { type MarketAnswer, offer, type StubProvider, stubProvider } from "../support/stubprovider.ts";
import { afterNoon, alertsOf, everySweep, hour, minute, watchPrices } from "../support/sweep.ts";

type Days = Record<string, MarketAnswer>;

/** A watch on the first `count` days of August, and a sweep in which each day's fare has the given price. */
async function window(over: Record<string, unknown> = {}, { userId = "", at = a.noon, count = 3 } = {}) {
  const { departureDate: _, ...places } = a.route();
  return on(places, over, { userId, at, count });
}

async function on(
  places: { origin: string; destination: string },
  over: Record<string, unknown> = {},
  { userId = "", at = a.noon, count = 3 } = {},
) {
  const owner = userId || (await a.user());
  const wanted = { ...places, departureFrom: "2026-08-01", departureTo: `2026-08-0${count}`, currency: "GBP", ...over };
  const { id } = await Watch.create(owner, wanted, at);
  const prefix = `${places.origin}-${places.destination} 2026-08-0`;
  const sweep = (at: Date, days: Days, confirm?: Parameters<typeof stubProvider>[1]): Promise<StubProvider> => {
    const provider = stubProvider(
      (name) => (name.startsWith(prefix) ? (days[name.slice(prefix.length)] ?? null) : null),
      confirm,
    );
    return Sweep.run(at, { provider, cadence: everySweep }).then(() => provider);
  };
  return { id, userId: owner, places, prefix, sweep };
}

test("the price of several fares is their lowest, once a sweep, in any order of batches", async () => {
  const { id, userId, prefix } = await window({ rules: { target: "150.00", drop: null } });
  const days: Days = { 1: 200_00, 2: 140_00, 3: 145_00 };
  const provider = stubProvider((name) => days[name.slice(prefix.length)] ?? null);
  const at = afterNoon(0);
  await Sweep.run(at, { provider, cadence: everySweep, batch: 1 });
  expect(await watchPrices(userId, id)).toEqual(["ok 140.00"]);
  expect(await alertsOf(userId)).toEqual(["03-01T12:00 140.00 target"]);
  const [alert] = await sql`
    select fares.departure_date::text as day
      from alerts
      join fares on fares.id = alerts.fare_id
     where alerts.watch_id = ${id}`;
  expect(alert).toEqual({ day: "2026-08-02" });
});

test("a fare in many baskets, and watched by itself, is searched once", async () => {
  const one = await window({ rules: { target: "150.00" } });
  const two = await on(one.places, { rules: { target: "150.00" } }, { count: 2 });
  const wish = await on(one.places, { rules: { target: "150.00" }, bags: 1 });
  const plain = await a.watch({ ...one.places, departureDate: "2026-08-01", rules: { target: "150.00" } });
  const provider = await one.sweep(a.noon, { 1: 140_00, 2: 300_00, 3: 300_00 });
  expect(provider.searched.filter((name) => name.startsWith(one.prefix)).sort()).toEqual(
    [1, 2, 3].map((day) => `${one.prefix}${day}`),
  );
  expect(await alertsOf(one.userId)).toEqual(["03-01T12:00 140.00 target"]);
  expect(await alertsOf(two.userId)).toEqual(["03-01T12:00 140.00 target"]);
  expect(await alertsOf(plain.userId)).toEqual(["03-01T12:00 140.00 target"]);
  // The offers do not say that a bag is included.
  expect(await watchPrices(wish.userId, wish.id)).toEqual(["no_results -"]);
});

test("a watch with wishes is judged by the cheapest offer that meets them", async () => {
  const bag = (total: number, checked: number): Offer => ({ ...offer(total), bags: { carryOn: 1, checked } });
  const answer: MarketAnswer = { status: "ok", offers: [bag(100_00, 0), bag(120_00, 1), bag(180_00, 2)] };
  const none = await window({ rules: { target: "150.00", drop: null } }, { count: 1 });
  const one = await on(none.places, { rules: { target: "150.00", drop: null }, bags: 1 }, { count: 1 });
  const two = await on(none.places, { rules: { target: "150.00", drop: null }, bags: 2 }, { count: 1 });
  await none.sweep(a.noon, { 1: answer });
  expect(await alertsOf(none.userId)).toEqual(["03-01T12:00 100.00 target"]);
  expect(await alertsOf(one.userId)).toEqual(["03-01T12:00 120.00 target"]);
  expect(await alertsOf(two.userId)).toEqual([]);
  expect(await watchPrices(two.userId, two.id)).toEqual(["ok 180.00"]);
  expect(unknownTerms.bags).toBeNull();
});

test("a failure leaves a fare's last price for two days, an empty answer removes it", async () => {
  const { id, userId, sweep } = await window({ rules: { target: "1.00", drop: null } });
  await sweep(a.noon, { 1: 100_00, 2: 150_00, 3: 200_00 });
  await sweep(afterNoon(hour), { 1: new Error("reset"), 2: 160_00, 3: 200_00 });
  await sweep(afterNoon(2 * hour), { 1: new Error("reset"), 2: 160_00, 3: null });
  await sweep(afterNoon(50 * hour), { 1: new Error("reset"), 2: 160_00, 3: 155_00 });
  await sweep(afterNoon(51 * hour), { 1: 90_00, 2: null, 3: null });
  await sweep(afterNoon(52 * hour), {});
  await sweep(afterNoon(53 * hour), { 1: new Error("reset") });
  expect(await watchPrices(userId, id)).toEqual([
    "ok 100.00",
    "ok 100.00",
    "ok 100.00",
    "ok 155.00",
    "ok 90.00",
    "no_results -",
    "provider_error -",
  ]);
});

test("a price that would alert is confirmed once for all of its baskets", async () => {
  const one = await window({ rules: { target: "150.00", drop: null } });
  const two = await on(one.places, { rules: { target: "160.00", drop: null } }, { count: 2 });
  const provider = await one.sweep(a.noon, { 1: 140_00, 2: 155_00, 3: 300_00 }, (_, total) => total);
  expect(provider.confirmed).toEqual([`${one.prefix}1`]);
  expect(await alertsOf(one.userId)).toEqual(["03-01T12:00 140.00 target"]);
  expect(await alertsOf(two.userId)).toEqual(["03-01T12:00 140.00 target"]);
});

test("a price that is taken back leaves a ghost, and the next one is confirmed in its place", async () => {
  const { id, userId, sweep, prefix } = await window({ rules: { target: "150.00", drop: null } });
  const provider = await sweep(a.noon, { 1: 140_00, 2: 145_00, 3: 300_00 }, (name, total) =>
    name.endsWith("1") ? { status: "gone" } : total,
  );
  expect(provider.confirmed).toEqual([`${prefix}1`, `${prefix}2`]);
  expect((await watchPrices(userId, id)).sort()).toEqual(["ghost 140.00", "ok 145.00"]);
  expect(await alertsOf(userId)).toEqual(["03-01T12:00 145.00 target"]);
  await sweep(afterNoon(minute), { 1: new Error("reset"), 2: 300_00, 3: 300_00 }, (_, total) => total);
  expect(await Watch.get(userId, id, afterNoon(minute))).toMatchObject({ currentPrice: { amount: "300.00" } });
});

test("an old price is searched again before an alert is given", async () => {
  const { id, userId, prefix } = await window({ rules: { target: "1.00", drop: null } });
  const days: Days = { 1: 140_00, 2: 300_00, 3: 300_00 };
  const provider = stubProvider(
    (name) => days[name.slice(prefix.length)] ?? null,
    (_, total) => total,
  );
  const daily: Sweep.Options["cadence"] = ({ departureDate }, at) =>
    new Date(at.getTime() + (departureDate.endsWith("1") ? 24 : 1) * hour);
  await Sweep.run(a.noon, { provider, cadence: daily });
  await sql`update price_watches set target_price = 15000 where id = ${id}`;
  await sql`update watch_fares set wake_below = 15000 where watch_id = ${id}`;
  provider.searched.length = 0;
  await Sweep.run(afterNoon(2 * hour), { provider, cadence: daily });
  expect(provider.searched.filter((name) => name.startsWith(prefix)).sort()).toEqual(
    [1, 2, 3].map((day) => `${prefix}${day}`),
  );
  expect(provider.confirmed).toEqual([`${prefix}1`]);
  expect(await alertsOf(userId)).toEqual(["03-01T14:00 140.00 target"]);
});

test("an old price that cannot be searched again gives no alert", async () => {
  const { id, userId, prefix } = await window({ rules: { target: "1.00", drop: null } });
  let first: MarketAnswer = 140_00;
  const provider = stubProvider(
    (name) => (name.startsWith(prefix) ? (name.endsWith("1") ? first : 300_00) : null),
    (_, total) => total,
  );
  await Sweep.run(a.noon, { provider, cadence: everySweep });
  await sql`update price_watches set target_price = 15000 where id = ${id}`;
  await sql`update watch_fares set wake_below = 15000 where watch_id = ${id}`;
  first = new Error("reset");
  await Sweep.run(afterNoon(2 * hour), { provider, cadence: everySweep });
  expect(provider.confirmed).toEqual([]);
  expect(await alertsOf(userId)).toEqual([]);
  expect(await watchPrices(userId, id)).toEqual(["ok 140.00", "ok 300.00"]);
});

test("an old price whose fare is put off to another day gives no alert, and is not asked for again and again", async () => {
  const { userId, id, prefix, sweep } = await window({ rules: { target: "50.00", drop: null } });
  await sweep(a.noon, { 1: 100_00, 2: 200_00, 3: 200_00 });
  await Watch.update(userId, id, { rules: { target: "150.00" } }, afterNoon(hour));
  const put = afterNoon(12 * hour);
  await sql`
    update fares
       set due_at = ${put}, due_because = 'limit'
     where fares.origin || '-' || fares.destination || ' ' || fares.departure_date in (${`${prefix}1`})
       and fares.basket is null`;
  const { searched } = await sweep(afterNoon(5 * hour), { 1: 100_00, 2: 200_00, 3: 200_00 }, (_, total) => total);
  expect(searched).not.toContain(`${prefix}1`);
  expect(await alertsOf(userId)).toEqual([]);
  expect(await Watch.get(userId, id, afterNoon(5 * hour))).toMatchObject({ currentPrice: { amount: "200.00" } });
});

test("a day of a window that is over is not asked for, and its price does not count any more", async () => {
  const { userId, id, prefix, sweep } = await window({ rules: { target: "150.00", drop: null } });
  const days = { 1: 200_00, 2: 300_00, 3: 300_00 };
  const evening = new Date("2026-08-01T08:00:00Z");
  expect((await sweep(evening, days)).searched).toContain(`${prefix}1`);
  expect(await Watch.get(userId, id, evening)).toMatchObject({ currentPrice: { amount: "200.00" } });
  const over = new Date("2026-08-02T12:00:00Z");
  const { searched } = await sweep(over, { ...days, 1: new Error("the day is over") });
  expect(searched).toContain(`${prefix}2`);
  expect(searched).not.toContain(`${prefix}1`);
  expect(await Watch.get(userId, id, over)).toMatchObject({ currentPrice: { amount: "300.00" } });
  const [row] = await sql`
    select fares.due_at
      from fares
     where fares.origin || '-' || fares.destination || ' ' || fares.departure_date = ${`${prefix}1`}
       and fares.basket is null`;
  expect(row).toEqual({ due_at: null });
});

test("a check on demand that a sweep judges before it is not answered with a part of the window", async () => {
  const { userId, id, prefix } = await window({ rules: { target: "150.00", drop: null } });
  const at = afterNoon(hour);
  const judge = sql`
    update fares
       set checked_at = ${at}
      from watch_fares
     where watch_fares.watch_id = ${id}
       and fares.id = watch_fares.fare_id`;
  const provider = stubProvider(async (name) => {
    if (name === `${prefix}1`) await judge;
    return name.startsWith(prefix) ? 140_00 : null;
  });
  await expect(Sweep.check(userId, id, at, { provider })).rejects.toMatchObject({ code: "watch.busy" });
  const [row] = await sql`select asked_at as "askedAt" from price_watches where id = ${id}`;
  expect(row).toEqual({ askedAt: null });
});

test("concurrent sweeps judge each basket once and alert once", async () => {
  const watches = await Promise.all(
    Array.from({ length: 6 }, () => window({ rules: { target: "150.00", drop: null } })),
  );
  const provider = stubProvider(() => 140_00);
  await Promise.all([1, 2, 3].map(() => Sweep.run(a.noon, { provider, cadence: everySweep, batch: 2 })));
  await Sweep.run(a.noon, { provider, cadence: everySweep });
  expect(new Set(provider.searched).size).toBe(provider.searched.length);
  for (const { id, userId } of watches) {
    expect(await watchPrices(userId, id)).toEqual(["ok 140.00"]);
    expect(await alertsOf(userId)).toEqual(["03-01T12:00 140.00 target"]);
  }
});

test("a check on demand searches the cheapest of many fares, and is judged by them all", async () => {
  const { id, userId, prefix } = await window({ rules: { target: "150.00", drop: null } }, { count: 9 });
  const provider = stubProvider((name) => (name.endsWith("9") ? 200_00 : 210_00));
  await Sweep.run(a.noon, { provider, cadence: everySweep });
  provider.searched.length = 0;
  const cheap = stubProvider((name) => (name.endsWith("9") ? 140_00 : 210_00));
  const { check, decision } = await Sweep.check(userId, id, afterNoon(hour), { provider: cheap, cadence: everySweep });
  expect(cheap.searched.length).toBe(6);
  expect(cheap.searched).toContain(`${prefix}9`);
  expect(check).toMatchObject({ status: "ok", price: { amount: "140.00" } });
  expect(decision).toMatchObject({ fired: ["target"] });
  const again = (minutes: number) => Sweep.check(userId, id, afterNoon(hour + minutes * minute), { provider: cheap });
  await expect(again(1)).rejects.toMatchObject({ code: "watch.checked" });
  expect((await again(11)).check).toMatchObject({ price: { amount: "140.00" } });
});

test("a basket near a trigger has the fare near it priced twice as often", async () => {
  const { userId, id, prefix } = await window({ rules: { target: "100.00", drop: null } }, { at: a.noon });
  const provider = stubProvider((name) => (name === `${prefix}2` ? 104_00 : 200_00));
  await Sweep.run(a.noon, { provider });
  const due = await sql`
    select fares.departure_date::text as day,
           extract(epoch from fares.due_at - ${a.noon}) / 3600 as hours,
           fares.due_because as because
      from basket_fares
      join watch_fares on watch_fares.fare_id = basket_fares.basket_id
      join fares on fares.id = basket_fares.fare_id
     where watch_fares.watch_id = ${id}
     order by fares.departure_date`;
  const hours = due.map((row) => Math.round(Number(row.hours) / 12) * 12);
  expect(hours).toEqual([24, 12, 24]);
  expect(due.map(({ because }) => because)).toEqual(["departure", "trigger", "departure"]);
  expect(await alertsOf(userId)).toEqual([]);
});

test("a basket without any offers is recorded as empty, and is due for no sweep", async () => {
  const { id, userId, sweep, prefix } = await window();
  for (let n = 0; n < 7; n++) await sweep(afterNoon(n * hour), {});
  expect(await watchPrices(userId, id)).toEqual(new Array(7).fill("no_results -"));
  const [row] = await sql`
    select cardinality(fares.empties) as empties
      from fares
      join watch_fares on watch_fares.fare_id = fares.id
     where watch_fares.watch_id = ${id}`;
  expect(row).toEqual({ empties: 5 });
  await Watch.remove(userId, id);
  const { searched } = await sweep(afterNoon(8 * hour), {});
  expect(searched.filter((name) => name.startsWith(prefix))).toEqual([]);
});

test("a basket waits ten minutes at most for an unclaimed fare, and any time for a claimed one", async () => {
  const { id, sweep } = await window();
  await sweep(a.noon, { 1: 200_00, 2: 200_00, 3: 200_00 });
  const fares = sql`
    select watch_fares.fare_id
      from watch_fares
     where watch_fares.watch_id = ${id}
     union all
    (select basket_fares.fare_id
       from basket_fares
       join watch_fares on watch_fares.fare_id = basket_fares.basket_id
      where watch_fares.watch_id = ${id}
      limit 1)`;
  await sql`update fares set due_at = ${afterNoon(minute)} where fares.id in (${fares})`;
  const claimed = async (minutes: number) => {
    const { baskets } = await Fare.claimBaskets(afterNoon(minutes * minute), 100);
    await Fare.release(baskets, a.noon);
    return baskets.length;
  };
  expect(await claimed(10)).toBe(0);
  expect(await claimed(11)).toBe(1);
  await sql`update fares set claimed_until = now() + interval '1 minute' where fares.id in (${fares}) and basket is null`;
  expect(await claimed(60)).toBe(0);
});

test("a sweep without time for all fares keeps some for baskets", async () => {
  const { id, userId, prefix } = await window({ rules: { target: "150.00", drop: null } });
  const others = await a.user();
  await Promise.all(
    Array.from({ length: 60 }, (_, n) => a.watch({ ...a.route(), adults: 1 + (n % 9) }, { userId: others })),
  );
  await sql`
    update fares
       set due_at = ${afterNoon(-minute)}
     where fares.id in (select basket_fares.fare_id from basket_fares)
       and fares.due_at is not null`;
  // Time passes only while the provider is asked: two seconds for each of the others.
  vi.useFakeTimers({ toFake: ["Date"] });
  const provider = stubProvider((name) => {
    if (!name.startsWith(prefix)) vi.setSystemTime(Date.now() + 2_000);
    return 140_00;
  });
  const options = { provider, cadence: everySweep, batch: 10, parallel: 1, within: 60_000 };
  const report = await Sweep.run(afterNoon(minute), options).finally(() => vi.useRealTimers());
  expect(report.fares).toBeLessThan(60);
  expect(await watchPrices(userId, id)).toEqual(["ok 140.00"]);
});
