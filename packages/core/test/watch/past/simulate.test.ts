import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as Alert from "../../../src/alert.ts";
import { sql } from "../../../src/base/db.ts";
import * as Fare from "../../../src/fare.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { afterNoon, hour, sweep } from "../../support/sweep.ts";

const day = 24 * hour;
const money = (minor: number) => ({ amount: (minor / 100).toFixed(2), currency: "GBP" });
const iso = (ms: number) => afterNoon(ms).toISOString();
const name = ({ origin, destination, departureDate }: ReturnType<typeof a.route>) =>
  `${origin}-${destination} ${departureDate}`;
const nothing = { checks: 0, days: 0, from: null, to: null, dailyBefore: null };

/** Two watched days of one route, and a search over both. */
async function either() {
  const one = { ...a.route(), departureDate: "2026-08-01" };
  const two = { ...one, departureDate: "2026-08-02" };
  for (const fare of [one, two]) await a.watch(fare);
  const { departureDate: departureFrom, ...route } = one;
  const search = { ...route, departureFrom, departureTo: two.departureDate, currency: "GBP" };
  return { one: name(one), two: name(two), search };
}

describe("of a watched search", () => {
  test("it gives the alerts of a watch that existed from the first check on", { timeout: 120_000 }, async () => {
    const price = fc.constantFrom(70_00, 150_00, 180_00, 189_00, 190_00, 200_00, 220_00, null);
    const checks = fc.array(fc.tuple(fc.constantFrom(1, 3, 12, 24, 24), price), { minLength: 20, maxLength: 40 });
    const rules = fc.record({
      rules: fc.record({
        target: fc.constantFrom("189.00", null),
        drop: fc.constantFrom("0.05", "0.10"),
        newLow: fc.boolean(),
      }),
    });
    let told = 0;
    await fc.assert(
      fc.asyncProperty(checks, rules, async (checks, rules) => {
        const fare = { ...a.route(), currency: "GBP" };
        const { userId } = await a.watch({ ...fare, ...rules });
        let at = 0;
        for (const [gap, price] of checks) {
          at += gap * hour;
          await sweep(afterNoon(at), { [name(fare)]: price });
        }
        const { alerts, sample } = await Watch.simulate({ ...fare, ...rules }, afterNoon(at));
        const { items } = await Alert.list(userId, { limit: 100 });
        told += items.length;
        expect(alerts).toEqual(
          items
            .map(({ at, price, previousPrice, rules, alreadyTrue, mistakeFare }) => {
              return { at, price, previousPrice, rules, alreadyTrue, mistakeFare };
            })
            .reverse(),
        );
        expect(sample).toMatchObject({ of: "search", checks: checks.length, dailyBefore: null });
      }),
      { numRuns: 8 },
    );
    expect(told).toBeGreaterThan(8);
  });

  test("it gives the size of the record, up to now, and which part is daily", async () => {
    const fare = a.route();
    const { id } = await a.watch(fare);
    for (const at of [0, hour, 2 * day, 3 * day]) await sweep(afterNoon(at), { [name(fare)]: 200_00 });
    await sql`
      update fares
         set thinned_to = ${afterNoon(day)}
        from watch_fares
       where watch_fares.fare_id = fares.id
         and watch_fares.watch_id = ${id}`;
    const { sample } = await Watch.simulate({ ...fare, currency: "GBP" }, afterNoon(2 * day));
    expect(sample).toEqual({ of: "search", checks: 3, days: 2, from: iso(0), to: iso(2 * day), dailyBefore: iso(day) });
  });

  test("it knows the route's low", async () => {
    const fare = { ...a.route(), currency: "GBP", departureDate: "2026-09-01" };
    await a.watch(fare);
    for (let n = 0; n < 16; n++) {
      for (const at of [n * day, n * day + 6 * hour]) await sweep(afterNoon(at), { [name(fare)]: 200_00 + n * 100 });
    }
    await sweep(afterNoon(20 * day), { [name(fare)]: 203_00 });
    await Fare.rollUp(afterNoon(20 * day));
    const rule = { rules: { target: null, drop: null, routeLow: true } };
    const { alerts } = await Watch.simulate({ ...fare, ...rule }, afterNoon(20 * day));
    // Of 32 prices, two each of 200, 201, …, the seventh is 203.
    expect(alerts).toMatchObject([{ at: iso(20 * day), price: money(203_00), rules: ["route_low"] }]);
  });
});

describe("with other targets", () => {
  test("each variant has the number of alerts and the best price that it alone would have", async () => {
    const fare = { ...a.route(), currency: "GBP" };
    await a.watch(fare);
    const prices = [220_00, 190_00, 215_00, 180_00, 214_00, 189_00, 230_00, 170_00];
    for (const [index, price] of prices.entries()) await sweep(afterNoon(index * day), { [name(fare)]: price });
    const given = { ...fare, rules: { target: "150.00", drop: null } };
    const targets = ["160.00", "170.00", "185.00", "190.00", "300.00"];
    const variants = [...targets.map((target) => ({ target })), { target: money(189_00) }];
    const at = afterNoon(prices.length * day);
    const found = await Watch.simulate({ ...given, variants }, at);
    expect(found).toEqual({ ...(await Watch.simulate(given, at)), variants: found.variants });
    for (const [index, { target }] of variants.entries()) {
      const { alerts } = await Watch.simulate({ ...given, rules: { target, drop: null } }, at);
      const best = alerts.map(({ price }) => price).sort((one, other) => Number(one.amount) - Number(other.amount))[0];
      const amount = typeof target === "string" ? target : target.amount;
      const shown = { target: { amount, currency: "GBP" }, alerts: alerts.length, best: best ?? null };
      expect(found.variants[index]).toEqual(shown);
    }
    const counts = found.variants.map(({ alerts }) => alerts);
    expect(counts.slice(0, 3)).toEqual([0, 1, 2]);
    expect(found.alerts).toEqual([]);
    expect(found.days.map(({ low }) => low)).toEqual(prices.map(money));
    expect(found.days.map(({ date }) => date)).toEqual(
      prices.map((_, index) =>
        afterNoon(index * day)
          .toISOString()
          .slice(0, 10),
      ),
    );
  });

  test("a day has its lowest price, and one without a price is left out", async () => {
    const fare = { ...a.route(), currency: "GBP" };
    await a.watch(fare);
    for (const [at, price] of [
      [0, 220_00],
      [6 * hour, 190_00],
      [day, null],
      [2 * day, 210_00],
    ] as const)
      await sweep(afterNoon(at), { [name(fare)]: price });
    const { days } = await Watch.simulate(fare, afterNoon(3 * day));
    expect(days.map(({ low }) => low)).toEqual([money(190_00), money(210_00)]);
  });

  test("more than twenty, or a target that is no price of the watch, are refused at their place", async () => {
    const given = { ...a.route(), currency: "JPY" };
    const faults = (variants: object[]) =>
      v.safeParse(Watch.Simulate, { ...given, variants }).issues?.map((issue) => v.getDotPath(issue)) ?? [];
    expect(faults([{ target: "100" }, { target: "1.5" }])).toEqual(["variants.1.target"]);
    expect(faults([{ target: { amount: "100", currency: "GBP" } }])).toEqual(["variants.0.target.currency"]);
    expect(faults(Array(21).fill({ target: "100" }))).toEqual(["variants"]);
    expect(faults(Array(20).fill({ target: "100" }))).toEqual([]);
  });
});

describe("of a search that was never watched", () => {
  test("it is empty", async () => {
    const { alerts, sample } = await Watch.simulate({ ...a.route(), currency: "GBP" }, a.noon);
    expect(alerts).toEqual([]);
    expect(sample).toEqual({ of: "nothing", ...nothing });
  });

  test("it is merged from its fares, where they were watched", async () => {
    const { one, two, search } = await either();
    await sweep(afterNoon(0), { [one]: 300_00, [two]: 310_00 });
    await sweep(afterNoon(12 * hour), { [one]: null, [two]: 290_00 });
    await sweep(afterNoon(day), { [one]: 190_00, [two]: 280_00 });
    const asked = { ...search, rules: { target: "200.00", drop: null } };
    const { alerts, sample } = await Watch.simulate(asked, afterNoon(2 * day));
    expect(alerts).toEqual([
      {
        at: iso(day),
        price: money(190_00),
        previousPrice: money(290_00),
        rules: ["target"],
        alreadyTrue: false,
        mistakeFare: false,
      },
    ]);
    expect(sample).toEqual({ of: "fares", checks: 3, days: 2, from: iso(0), to: iso(day), dailyBefore: null });
  });

  test("the merged record gives the alerts of a watch over these fares", { timeout: 60_000 }, async () => {
    const { one, two, search } = await either();
    const prices = Array.from({ length: 24 }, (_, n) => [
      200_00 - ((n * 37) % 11) * 5_00,
      205_00 - ((n * 53) % 13) * 5_00,
    ]);
    const asked = { ...search, rules: { target: "170.00" } };
    const before = await Watch.simulate(asked, afterNoon(0));
    const userId = await a.user();
    const { id } = await Watch.create(userId, asked, a.noon);
    for (const [n, [first, second]] of prices.entries()) {
      await sweep(afterNoon(n * 8 * hour), {
        [one]: n % 7 === 3 ? null : first!,
        [two]: n % 5 === 2 ? new Error("reset") : second!,
      });
    }
    const { items } = await Alert.list(userId, { limit: 100 });
    const own = await Watch.simulate(asked, afterNoon(8 * day));
    expect(own.sample).toMatchObject({ of: "search", checks: 24 });
    expect(own.alerts.map(({ at }) => at)).toEqual(items.map(({ at }) => at).reverse());
    expect(items.length).toBeGreaterThan(1);
    await sql`delete from price_observations where fare_id in (select fare_id from watch_fares where watch_id = ${id})`;
    const apart = await Watch.simulate(asked, afterNoon(8 * day));
    expect(apart).toEqual({
      days: own.days,
      rules: own.rules,
      alerts: own.alerts,
      sample: { ...own.sample, of: "fares" },
      variants: [],
    });
    expect(before.sample.of).toBe("nothing");
  });

  test("it is empty where offers with the wishes were never recorded, and says so", async () => {
    const { one, search } = await either();
    await sweep(afterNoon(0), { [one]: 100_00 });
    for (const wish of [{ bags: 1 }, { airlines: ["BA"] }]) {
      const { alerts, sample } = await Watch.simulate({ ...search, ...wish }, afterNoon(day));
      expect(alerts).toEqual([]);
      expect(sample).toEqual({ of: "wishes", ...nothing });
    }
    const plain = await Watch.simulate({ ...search, bags: 0, airlines: [] }, afterNoon(day));
    expect(plain.sample.of).toBe("fares");
  });
});

test("it stores nothing", async () => {
  const { one, search } = await either();
  await sweep(afterNoon(0), { [one]: 100_00 });
  const rows = () => sql`
    select (select json_agg(fares order by fares.id) from fares)::text as fares,
           (select count(*) from basket_fares) as parts,
           (select count(*) from price_watches) as watches,
           (select count(*) from alerts) as alerts`;
  const before = await rows();
  expect((await Watch.simulate({ ...search, rules: { target: "150.00" } }, afterNoon(day))).alerts).toHaveLength(1);
  expect(await rows()).toEqual(before);
});

test.each([
  ["a day that is past", { departureDate: "2026-02-01" }, { code: "flight.not_sellable" }],
  ["no rule", { rules: { drop: null } }, { name: "ValiError" }],
  ["what nobody knows", { colour: "red" }, { name: "ValiError" }],
])("refuses %s as creating a watch does", async (_, over, refusal) => {
  await expect(Watch.simulate({ ...a.route(), currency: "GBP", ...over }, a.noon)).rejects.toMatchObject(refusal);
});
