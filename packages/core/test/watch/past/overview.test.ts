import { counted } from "@travel-conductor/local/testing";
import { beforeAll, expect, test } from "vitest";
import { sql } from "../../../src/base/db.ts";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { stubProvider } from "../../support/stubprovider.ts";
import { everySweep } from "../../support/sweep.ts";

const day = 86_400_000;
const later = (days: number) => new Date(a.noon.getTime() + days * day);
const pounds = (amount: string) => ({ amount, currency: "GBP" });
const missing = { kind: "missing", code: "watch.missing" };

/** A basket of two days; its last checks are at 210, 185 and 205. */
let watch: Watch.Info & { userId: string };
beforeAll(async () => {
  watch = await a.watch({
    ...{ departureDate: null, departureFrom: "2026-08-01", departureTo: "2026-08-02" },
    ...{ rules: { target: "190.00", drop: null } },
  });
  for (const [index, price] of [210_00, 185_00, 205_00].entries()) {
    const provider = stubProvider((name) => price + (name.endsWith("2026-08-02") ? 0 : 50_00));
    await Sweep.run(later(index), { provider, cadence: everySweep });
  }
});

const overview = () => Watch.overview(watch.userId, watch.id, later(2));

test("has the days, the alerts and the last decisions of a basket, folded, in one request", async () => {
  const { days, standing, alerts, decisions, unread } = await overview();
  expect(days.map(({ low }) => low)).toEqual([pounds("205.00"), pounds("185.00"), pounds("210.00")]);
  expect(standing.lowest?.price).toEqual(pounds("185.00"));
  expect(alerts).toEqual([{ at: later(1).toISOString(), price: pounds("185.00"), rules: ["target"] }]);
  expect(decisions.map(({ decision }) => decision)).toMatchObject([
    { silent: "no rule true" },
    { fired: ["target"] },
    { silent: "no rule true" },
  ]);
  expect(unread).toBe(1);
  expect(await counted(overview)).toEqual({ postgres: 1, redis: 0 });
});

test("has the prices that were taken back, and the moments at which the watch was changed", async () => {
  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select watch_fares.fare_id, ${later(1)}::timestamptz + interval '1 hour', 'ghost', 9900, 'market'
      from watch_fares
     where watch_fares.watch_id = ${watch.id}`;
  const before = await overview();
  expect(before.days.map(({ ghost }) => ghost)).toEqual([null, pounds("99.00"), null]);
  expect(before.days.map(({ low }) => low)).toEqual([pounds("205.00"), pounds("185.00"), pounds("210.00")]);
  expect(before.changes).toEqual([]);
  await Watch.snooze(watch.userId, watch.id, { days: 7 }, later(2));
  expect((await overview()).changes).toEqual([later(2).toISOString()]);
});

test("decisions say what the watch covers, in the same request", async () => {
  const decisions = () => Watch.decisions(watch.userId, watch.id, {} as Watch.Decisions);
  expect((await decisions()).watch).toEqual({
    ...{ origin: watch.origin, destination: watch.destination, departureDate: null, returnDate: null },
    ...{ departureFrom: "2026-08-01", departureTo: "2026-08-02", stayNights: null, weekendsIn: null },
    ...{ adults: watch.adults, childAges: watch.childAges, infants: watch.infants, cabin: watch.cabin },
  });
  expect(await counted(decisions)).toEqual({ postgres: 1, redis: 0 });
});

test("compares its price with all that the watch found, once there is enough of it", async () => {
  const { insight } = await overview();
  expect(insight).toMatchObject({ verdict: "not enough data", price: pounds("205.00"), quartiles: null, rank: null });
  expect(insight.sample).toEqual({ of: "watch", observations: 3, days: 3 });

  await sql`
    insert into price_observations (fare_id, at, status, price, provider)
    select watch_fares.fare_id, ${later(2)}::timestamptz + n * interval '12 hours', 'ok', 24100 - n * 100, 'market'
      from watch_fares
     cross join generate_series(1, 40) as n
     where watch_fares.watch_id = ${watch.id}`;
  const compared = await Watch.insight(watch.userId, watch.id, later(23));
  expect(compared).toMatchObject({
    ...{ verdict: "low", price: pounds("201.00"), lowest: pounds("185.00"), highest: pounds("240.00") },
    ...{ quartiles: { lower: pounds("209.00"), upper: pounds("230.00") }, median: pounds("219.00"), rank: 2 },
  });
  expect((await Watch.overview(watch.userId, watch.id, later(23))).insight).toEqual(compared);
  expect(await counted(() => Watch.insight(watch.userId, watch.id, later(2)))).toEqual({ postgres: 1, redis: 0 });
});

test("a page has up to 400 days, and up to 100 checks", async () => {
  const { items } = await Watch.history(watch.userId, watch.id, { resolution: "day", limit: 400 }, later(2));
  expect(items.length).toBeGreaterThan(20);
  const list = (query: Watch.Resolution) => Watch.history(watch.userId, watch.id, query, later(2));
  for (const query of [{ resolution: "day", limit: 401 }, { limit: 101 }] as Watch.Resolution[])
    await expect(list(query)).rejects.toMatchObject({ issues: [{ path: [{ key: "limit" }] }] });
});

test("another user's watch is missing", async () => {
  const stranger = await a.user();
  await expect(Watch.overview(stranger, watch.id, later(2))).rejects.toMatchObject(missing);
  await expect(Watch.insight(stranger, watch.id, later(2))).rejects.toMatchObject(missing);
});
