import { beforeAll, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import * as Rule from "../../src/rule.ts";
import { type Fired, initialState } from "../../src/rule.ts";
import type { JudgedWatch } from "../../src/sweep/judgedwatch.ts";
import { type Checked, settle } from "../../src/sweep/settle.ts";
import * as Sweep from "../../src/sweep.ts";
import { scans, statementsOf } from "../support/explain.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, everySweep, minute } from "../support/sweep.ts";

/** One fare with twenty thousand watches, and two thousand with one watch each, none of them due within a day. */
beforeAll(async () => {
  const userId = await a.user();
  await sql`
    with made as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at)
      select 'far_' || n, 'AAA', 'BBB', date '2026-06-01' + n, 'economy', 1, 'GBP',
             ${afterNoon(0)}::timestamptz + case when n = 0 then interval '0' else interval '1 day' end
        from generate_series(0, 2000) as n
    ), watched as (
      insert into price_watches (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price)
      select 'wch_' || n, ${userId}, 'AAA', 'BBB', date '2026-06-01' + greatest(0, n - 20000), 'economy', 1, 'GBP', 10000 + n
        from generate_series(1, 22000) as n
    )
    insert into watch_fares (watch_id, fare_id, wake_below, wake_drop)
    select 'wch_' || n, 'far_' || greatest(0, n - 20000), 10000 + n, 1000
      from generate_series(1, 22000) as n`;
  await sql`analyze`;
});

test("who pays for a check is chosen among two hundred watches, however many there are", async () => {
  const free = () => sql`update fares set claimed_until = null, due_at = ${a.noon} where id = 'far_0'`;
  const [[claim] = []] = await statementsOf(() => Fare.claim(afterNoon(0), 500));
  await free();
  const touched = (await scans(claim!)).filter(({ of }) => of === "watch_fares" || of === "price_watches");
  expect(touched.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(1_000);
  expect(touched.some(({ rows }) => rows > 1)).toBe(true);
  await free();
});

test("a price that crosses no band touches none of twenty thousand watches", async () => {
  const provider = stubProvider(() => 500_00);
  const requests = await statementsOf(() => Sweep.run(afterNoon(0), { provider, cadence: everySweep }));
  expect(requests).toHaveLength(3);
  expect(provider.searched).toHaveLength(1);
  const [claim, wake, write] = requests.map(([first]) => first!);
  for (const sent of [claim!, wake!, write!]) {
    const touched = (await scans(sent)).filter(({ of }) => of === "watch_fares" || of === "price_watches");
    expect(touched.filter(({ how }) => how === "Seq Scan")).toEqual([]);
    expect(touched.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(2);
  }
  expect((await scans(claim!)).filter(({ how, of }) => of === "fares" && how === "Seq Scan")).toEqual([]);
});

test("a price that crosses one target gives one alert, with no more requests", async () => {
  const provider = stubProvider(() => 300_00);
  expect(await statementsOf(() => Sweep.run(afterNoon(minute), { provider, cadence: everySweep }))).toHaveLength(3);
  expect(await sql`select watch_id from alerts where fare_id = 'far_0'`).toEqual([{ watch_id: "wch_20000" }]);
});

test("a batch takes three requests, whatever is in it", async () => {
  const provider = stubProvider(() => 100_00);
  const requests = await statementsOf(() =>
    Sweep.run(afterNoon(2 * 24 * 60 * minute), { provider, cadence: everySweep, batch: 500 }),
  );
  const fares = provider.searched.length;
  expect(fares).toBe(2001);
  expect(requests.length).toBeLessThanOrEqual(3 * Math.ceil(fares / 500));
});

test("one claim settled twice at once, in opposite orders, is settled once without a deadlock", async () => {
  const at = afterNoon(4 * 24 * 60 * minute);
  const provider = stubProvider(() => null);
  for (let round = 0; round < 5; round++) {
    const now = new Date(at.getTime() + round);
    const { fares } = await Fare.claim(now, 1000);
    const watches = new Map(
      (await sql`select watch_id, fare_id, version from watch_fares join price_watches on id = watch_id`).map((row) => [
        row.fare_id as string,
        row as { watch_id: string; version: number },
      ]),
    );
    const checked = fares.map(({ id, fence }): Checked => {
      return {
        fareId: id,
        fence,
        status: "ok",
        price: 90_00,
        ghost: null,
        isBasket: false,
        of: null,
        doubtful: false,
        near: false,
        parts: [],
        dueAt: new Date(now.getTime() + 1),
        because: "departure",
        hastened: null,
      };
    });
    const judged = fares.map(({ id }): JudgedWatch => {
      const { watch_id: watchId, version } = watches.get(id)!;
      const fired = [{ rule: "target" as const, epoch: 9, level: round + 1 }] as [Fired];
      const decision = { fired, alreadyTrue: false, mistakeFare: false };
      const state = { ...initialState, firstPrice: 100_00 };
      const rules = { target: 1, drop: null, newLow: false, routeLow: false };
      return {
        watchId,
        fareId: id,
        of: id,
        version,
        series: 1,
        state,
        band: Rule.bandOf(rules, state, 2),
        decision,
        price: 90_00,
        previousPrice: null,
        offer: null,
        isConfirmed: false,
      };
    });
    const ends = await Promise.all([
      settle(provider, now, checked, judged),
      settle(provider, now, checked.toReversed(), judged.toReversed()),
    ]);
    expect(ends.map(({ size }) => size).sort((one, other) => one - other)).toEqual([0, fares.length]);
    const [row] = await sql`select count(*)::int as alerts from alert_rules where epoch = 9 and level = ${round + 1}`;
    expect(row).toEqual({ alerts: fares.length });
  }
});
