import { expect, test } from "vitest";
import * as Alert from "../../src/alert.ts";
import { sql } from "../../src/base/db.ts";
import * as Dispatch from "../../src/dispatch.ts";
import * as Fare from "../../src/fare.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";

const left = 120_000;
const days = (count: number) => new Date(a.noon.getTime() + count * 86_400_000);

/** A provider of that name whose every price is `total`. */
const selling = (name: string, total: number) => ({ ...stubProvider(() => total), name });

/** Four days of simulated prices, twice a day. */
async function simulateDays(total = 300_00) {
  for (let half = 0; half < 8; half++)
    await Dispatch.start(days(half / 2), left, { provider: selling("simulator", total) });
}

const prices = async (userId: string, id: string, series?: number) => {
  const page = await Watch.history(userId, id, { limit: 100, ...(series ? { series } : {}) }, days(30));
  return page.items.map(({ price }) => Number(price?.amount));
};

test("the first real price after simulated ones is no drop: the watch begins a new series", async () => {
  const userId = await a.user();
  const { id } = await a.watch({ departureDate: "2026-04-15", rules: { target: null, drop: "0.10" } }, { userId });
  await simulateDays();
  expect(await Watch.get(userId, id, days(4))).toMatchObject({ series: 1, source: "simulator", simulated: true });
  const before = await prices(userId, id);
  expect(before.length).toBeGreaterThan(2);
  await Dispatch.start(days(4), left, { provider: selling("duffel", 90_00) });
  expect((await Alert.list(userId, {})).items).toEqual([]);
  const watch = await Watch.get(userId, id, days(4));
  expect(watch).toMatchObject({ series: 2, source: "duffel", sourceSince: days(4).toISOString(), simulated: false });
  expect(watch).toMatchObject({ currentPrice: { amount: "90.00" }, highestPrice: { amount: "90.00" } });
  expect(await prices(userId, id)).toEqual([90]);
  expect(await prices(userId, id, 1)).toEqual(before);
  const { items } = await Watch.decisions(userId, id, { series: 1 });
  expect(items).toHaveLength(before.length);
  expect((await Watch.decisions(userId, id, {})).items).toMatchObject([{ decision: { silent: "no rule true" } }]);

  await Dispatch.start(days(5), left, { provider: selling("duffel", 80_00) });
  expect((await Alert.list(userId, {})).items).toMatchObject([
    { rules: ["drop"], source: "duffel", simulated: false, previousPrice: { amount: "90.00" } },
  ]);
  expect(await Watch.get(userId, id, days(5))).toMatchObject({ series: 2 });
});

test("a test account is a source of its own, and a return to a source begins a series too", async () => {
  const userId = await a.user();
  const { id } = await a.watch({ rules: { target: "100.00", drop: null } }, { userId });
  for (const [day, source] of ["duffel_test", "duffel", "duffel_test"].entries())
    await Dispatch.start(days(day), left, { provider: selling(source, 90_00) });
  const { items } = await Alert.list(userId, {});
  expect(items.map(({ source, simulated, alreadyTrue }) => ({ source, simulated, alreadyTrue }))).toEqual([
    { source: "duffel_test", simulated: true, alreadyTrue: true },
    { source: "duffel", simulated: false, alreadyTrue: true },
    { source: "duffel_test", simulated: true, alreadyTrue: true },
  ]);
  const epochs = await sql`select epoch from alert_rules where watch_id = ${id} order by epoch`;
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  expect(await prices(userId, id)).toEqual([90]);
});

test("a window of dates, a paused watch and an ended one: all but the ended begin a series", async () => {
  const userId = await a.user();
  const window = { departureDate: undefined, departureFrom: "2026-06-10", departureTo: "2026-06-12" };
  const open = await a.watch(window, { userId });
  const paused = await a.watch({ departureDate: "2026-06-11" }, { userId });
  const ended = await a.watch({ departureDate: "2026-06-12" }, { userId });
  await simulateDays();
  await Watch.pause(userId, paused.id, days(3.6));
  await Watch.markBooked(userId, ended.id, {}, days(3.6));
  const old = await prices(userId, open.id);
  const before = await Promise.all([open, paused, ended].map(({ id }) => Watch.get(userId, id, days(4))));
  await Dispatch.start(days(4), left, { provider: selling("duffel", 90_00) });
  const after = await Promise.all([open, paused, ended].map(({ id }) => Watch.get(userId, id, days(4))));
  expect(after.map(({ series }, index) => series - before[index]!.series)).toEqual([1, 1, 0]);
  expect(after[0]).toMatchObject({ currentPrice: { amount: "90.00" }, lowestPrice: { amount: "90.00" } });
  expect(after[1]).toMatchObject({ state: "paused", currentPrice: null });
  expect(await prices(userId, open.id, before[0]!.series)).toEqual(old);
  await Watch.resume(userId, paused.id, days(4.5));
  await Dispatch.start(days(4.6), left, { provider: selling("duffel", 90_00) });
  expect(await Watch.get(userId, paused.id, days(5))).toMatchObject({ currentPrice: { amount: "90.00" } });
});

test("a price that a worker of the source before writes into a window is cleared with its fare", async () => {
  const userId = await a.user();
  const { departureDate: _, ...places } = a.route();
  const window = { ...places, departureFrom: "2026-08-01", departureTo: "2026-08-02", currency: "GBP" };
  const { id } = await Watch.create(userId, { ...window, rules: { target: "50.00" } }, a.noon);
  await Dispatch.start(a.noon, left, { provider: selling("simulator", 100_00) });
  // As it stands where baskets are adopted already, and a worker in flight settles one of their fares.
  const basket = sql`select watch_fares.fare_id from watch_fares where watch_fares.watch_id = ${id}`;
  await sql`update fares set source = 'live' where fares.id in (${basket})`;
  await Watch.adoptSource("live", days(1), Date.now() + 60_000);
  const parts = await sql`select price from basket_fares where basket_fares.basket_id in (${basket})`;
  expect(parts).toEqual([{ price: null }, { price: null }]);
});

test("until its record is started anew, a fare takes no price from another source", async () => {
  const userId = await a.user();
  const { id } = await a.watch({}, { userId });
  await Dispatch.start(days(0), left, { provider: selling("simulator", 300_00) });
  const provider = selling("duffel", 90_00);
  await expect(Sweep.check(userId, id, days(1), { provider })).rejects.toMatchObject({ code: "watch.busy" });
  expect(provider.searched).toEqual([]);
  await Sweep.run(days(1), { provider });
  expect(await Watch.get(userId, id, days(1))).toMatchObject({ currentPrice: { amount: "300.00" } });
  // No time is left to start records anew: nothing is priced.
  const report = await Dispatch.start(days(2), 0, { provider });
  expect(report).toMatchObject({ fares: 0 });
  await sql`update fares set claimed_until = null`;
  await Promise.all([1, 2].map(() => Dispatch.start(days(2), left, { provider })));
  expect(await Watch.get(userId, id, days(2))).toMatchObject({ series: 2, currentPrice: { amount: "90.00" } });
});

test("a day's low is kept for each source", async () => {
  const userId = await a.user();
  const { id } = await a.watch({}, { userId });
  await Dispatch.start(days(0), left, { provider: selling("simulator", 90_00) });
  await Dispatch.start(days(0.2), left, { provider: selling("duffel", 300_00) });
  await Watch.markBooked(userId, id, {}, days(0.3));
  await Fare.repair(days(0.4));
  await Dispatch.start(days(0.5), left, { provider: selling("duffel", 290_00) });
  await Fare.thin(days(40));
  expect(await prices(userId, id, 1)).toEqual([90]);
  expect(await prices(userId, id)).toEqual([300]);
});
