import { expect, test } from "vitest";
import * as Alert from "../src/alert.ts";
import { sql } from "../src/base/db.ts";
import type { Offer } from "../src/flight.ts";
import * as Sweep from "../src/sweep.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./support/factory.ts";
import { type MarketAnswer, offer, stubProvider } from "./support/stubprovider.ts";
import { afterNoon, alertsOf, everySweep, hour, minute, sweep, watchPrices } from "./support/sweep.ts";

test("a hundred watches of one fare cost one search, and each gives its alert", async () => {
  const fare = a.route();
  const first = await a.watch({ ...fare, rules: { target: "200.00" } });
  const others = await Promise.all(Array.from({ length: 11 }, () => a.user()));
  const everyone = [first.userId, ...others];
  await Promise.all(
    Array.from({ length: 99 }, (_, index) =>
      a.watch({ ...fare, rules: { target: `${210 + index}.00` } }, { userId: everyone[index % everyone.length] }),
    ),
  );
  const { searched } = await sweep(a.noon, { [first.name]: 190_00 });
  expect(searched.filter((name) => name === first.name)).toHaveLength(1);
  const told = await Promise.all(everyone.map((userId) => alertsOf(userId)));
  expect(told.flat()).toHaveLength(100);
});

test("a watch created too late for a check does not wait for the fare's next turn", async () => {
  const fare = a.route();
  const { userId } = await a.watch({ ...fare, rules: { target: "200.00" } });
  const come: ReturnType<typeof a.watch>[] = [];
  const provider = stubProvider(
    () => 190_00,
    async () => {
      come.push(a.watch({ ...fare, rules: { target: "200.00" } }, { at: afterNoon(1) }));
      await come[0];
      return 190_00;
    },
  );
  await Sweep.run(a.noon, { provider });
  const late = await come[0]!;
  expect(await alertsOf(userId)).toEqual(["03-01T12:00 190.00 target"]);
  expect(await alertsOf(late.userId)).toEqual([]);
  expect(await Watch.get(late.userId, late.id, a.noon)).toMatchObject({
    nextCheckAt: afterNoon(minute / 2 + 1).toISOString(),
  });
  await sweep(afterNoon(minute), { [late.name]: 190_00 });
  expect(await alertsOf(late.userId)).toEqual(["03-01T12:01 190.00 target"]);
});

test.each(["searched", "confirmed"])(
  "a watch that is changed while its fare is %s is judged by its new rules",
  async (when) => {
    const raised = await a.watch({ rules: { target: "200.00", drop: null } });
    const lowered = await a.watch({ rules: { target: "200.00", drop: null } });
    const paused = await a.watch({ rules: { target: "200.00", drop: null } });
    const removed = await a.watch({ rules: { target: "200.00", drop: null } });
    const changes = async () => {
      await Watch.update(raised.userId, raised.id, { rules: { target: "300.00" } }, a.noon);
      await Watch.update(lowered.userId, lowered.id, { rules: { target: "100.00" } }, a.noon);
      await Watch.pause(paused.userId, paused.id, a.noon);
      await Watch.remove(removed.userId, removed.id);
    };
    let changed: Promise<void> | undefined;
    const change = async (now: string) => {
      if (now === when) changed ??= changes();
      await changed;
      return 190_00;
    };
    const provider = stubProvider(
      () => change("searched"),
      () => change("confirmed"),
    );
    await Sweep.run(a.noon, { provider, cadence: everySweep });
    expect(new Set(provider.confirmed).size).toBe(provider.confirmed.length);
    expect(await alertsOf(raised.userId)).toEqual(["03-01T12:00 190.00 target"]);
    expect(await alertsOf(lowered.userId)).toEqual([]);
    expect(await alertsOf(paused.userId)).toEqual([]);
    expect(await watchPrices(lowered.userId, lowered.id)).toEqual(["ok 190.00"]);
    expect(await Watch.get(lowered.userId, lowered.id, a.noon)).toMatchObject({
      rules: { target: { amount: "100.00" } },
    });
    const numbers = await sql`select epoch from alert_rules where watch_id = ${raised.id}`;
    expect(numbers).toEqual([{ epoch: 2 }]);
  },
);

test.each<[string, MarketAnswer, string]>([
  ["throws", new Error("connection reset"), "provider_error -"],
  ["answers in another currency", { status: "ok", offers: [offer(100_00, "EUR")] }, "provider_error -"],
  ["asks for less than nothing", -100_00, "provider_error -"],
  ["asks for nothing", 0, "provider_error -"],
  ["asks for half a penny", 100.5, "provider_error -"],
  ["asks for no number", Number.NaN, "provider_error -"],
  ["asks for more than can be reckoned with", 900_000_000_001, "provider_error -"],
  ["has no offer in an ok answer", { status: "ok", offers: [] as never }, "provider_error -"],
  ["fails", { status: "provider_error", offers: [] }, "provider_error -"],
  ["is asked too often", { status: "rate_limited", offers: [] }, "rate_limited -"],
  ["has nothing to sell", null, "no_results -"],
  ["knows only a part", { status: "partial", offers: [offer(100_00)] }, "partial 100.00"],
])("a provider that %s changes no rule's state", async (_, said, recorded) => {
  const { userId, id, name } = await a.watch({ rules: { target: "200.00", newLow: true, routeLow: true } });
  await sweep(a.noon, { [name]: said });
  expect(await watchPrices(userId, id)).toEqual([recorded]);
  expect(await alertsOf(userId)).toEqual([]);
  await sweep(afterNoon(hour), { [name]: 190_00 });
  const { items } = await Alert.list(userId, {});
  expect(items).toMatchObject([{ alreadyTrue: true, previousPrice: null }]);
});

test("a price that would alert is confirmed once, for all watches of the fare", async () => {
  const fare = a.route();
  const one = await a.watch({ ...fare, rules: { target: "200.00" } });
  const two = await a.watch({ ...fare, rules: { target: "250.00" } });
  const provider = stubProvider(
    (name) => (name === one.name ? 190_00 : null),
    (_, total) => total,
  );
  await Sweep.run(a.noon, { provider, cadence: everySweep });
  expect(provider.confirmed).toEqual([one.name]);
  expect(await alertsOf(one.userId)).toEqual(["03-01T12:00 190.00 target"]);
  expect(await alertsOf(two.userId)).toEqual(["03-01T12:00 190.00 target"]);
  await Sweep.run(afterNoon(hour), { provider, cadence: everySweep });
  expect(provider.confirmed).toEqual([one.name]);
});

test("a price that is taken back never alerts, and the price that replaced it counts", async () => {
  const fare = a.route();
  const low = await a.watch({ ...fare, rules: { target: "150.00", drop: null } });
  const high = await a.watch({ ...fare, rules: { target: "250.00", drop: null } });
  const provider = stubProvider(
    (name) => (name === low.name ? 140_00 : null),
    () => 240_00,
  );
  await Sweep.run(a.noon, { provider, cadence: everySweep });
  expect(provider.confirmed).toEqual([low.name]);
  expect(await watchPrices(low.userId, low.id)).toEqual(["ghost 140.00", "ok 240.00"].sort());
  expect(await alertsOf(low.userId)).toEqual([]);
  expect(await alertsOf(high.userId)).toEqual(["03-01T12:00 240.00 target"]);
  expect(await Watch.get(low.userId, low.id, a.noon)).toMatchObject({ currentPrice: { amount: "240.00" } });
  expect(await Watch.get(low.userId, low.id, a.noon)).toMatchObject({ lowestPrice: { amount: "240.00" } });
});

test.each([
  ["is gone leaves a ghost", { status: "gone" }, ["ghost 190.00", "no_results -"]],
  ["cannot be asked about leaves none", { status: "provider_error" }, ["provider_error -"]],
  ["may not be asked about now leaves none", { status: "rate_limited" }, ["rate_limited -"]],
  ["comes back in nonsense leaves none", -1, ["provider_error -"]],
] as const)("an offer that %s when it is confirmed, and changes no rule's state", async (_, confirmed, recorded) => {
  const { userId, id, name } = await a.watch({ rules: { target: "200.00" } });
  const provider = stubProvider(
    (asked) => (asked === name ? 190_00 : null),
    () => confirmed,
  );
  await Sweep.run(a.noon, { provider, cadence: everySweep });
  expect((await watchPrices(userId, id)).sort()).toEqual(recorded);
  expect(await alertsOf(userId)).toEqual([]);
  expect(await Watch.get(userId, id, a.noon)).toMatchObject({ currentPrice: null, lowestPrice: null });
});

test("an offer that is gone gives way to the next one, which is confirmed in its turn", async () => {
  const rules = { target: "250.00", drop: null };
  const [next, dear] = [await a.watch({ rules }), await a.watch({ rules })];
  const answers: Record<string, [Offer, ...Offer[]]> = {
    [next.name]: [offer(140_00), offer(150_00), offer(240_00)],
    [dear.name]: [offer(140_00), offer(260_00)],
  };
  const provider = stubProvider(
    (name) => (answers[name] ? { status: "ok", offers: answers[name] } : null),
    (_, total) => (total < 200_00 ? { status: "gone" } : total),
  );
  await Sweep.run(a.noon, { provider, cadence: everySweep });
  expect(provider.confirmed.filter((name) => name === next.name)).toHaveLength(3);
  expect(provider.confirmed.filter((name) => name === dear.name)).toHaveLength(1);
  expect(await alertsOf(next.userId)).toEqual(["03-01T12:00 240.00 target"]);
  expect((await watchPrices(next.userId, next.id)).sort()).toEqual(["ghost 140.00", "ok 240.00"]);
  expect(await alertsOf(dear.userId)).toEqual([]);
  expect((await watchPrices(dear.userId, dear.id)).sort()).toEqual(["ghost 140.00", "ok 260.00"]);
});

test("a new low after fourteen days alerts, and one after thirteen does not", async () => {
  const only = { rules: { target: null, drop: null, newLow: true } };
  const long = await a.watch(only);
  const short = await a.watch(only);
  for (let day = 0; day <= 14; day++) {
    const dear = { [long.name]: day === 14 ? 195_00 : 200_00 };
    await sweep(afterNoon(day * 24 * hour), day > 0 ? { ...dear, [short.name]: day === 14 ? 195_00 : 200_00 } : dear);
  }
  expect(await alertsOf(long.userId)).toEqual(["03-15T12:00 195.00 new_low"]);
  expect(await alertsOf(short.userId)).toEqual([]);
});

test("the first check of a watch is judged by the lows before it, even if no watch needed them until then", async () => {
  const fare = a.route();
  const { name } = await a.watch({ ...fare, rules: { target: "1.00" } });
  for (let day = 0; day < 14; day++) await sweep(afterNoon(day * 24 * hour), { [name]: 200_00 });
  const { userId } = await a.watch({ ...fare, rules: { newLow: true } }, { at: afterNoon(14 * 24 * hour) });
  await sweep(afterNoon(14 * 24 * hour + 1), { [name]: 170_00 });
  expect(await alertsOf(userId)).toEqual(["03-15T12:00 170.00 drop+new_low"]);
});
