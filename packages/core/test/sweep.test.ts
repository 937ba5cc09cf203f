import { expect, test } from "vitest";
import * as Alert from "../src/alert.ts";
import { sql } from "../src/db.ts";
import * as Sweep from "../src/sweep.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./a.ts";
import { type Market, market, offer, type Said } from "./market.ts";

const minute = 60_000;
const hour = 60 * minute;
const later = (ms: number) => new Date(a.noon.getTime() + ms);

/** Everything that was claimed is due again a moment later. */
const often: Sweep.Options["cadence"] = (_, at) => new Date(at.getTime() + 1);

/** One sweep at which each named fare costs what is told; what is not named is sold by nobody. */
async function sweep(at: Date, said: Record<string, Said>, options: Sweep.Options = {}): Promise<Market> {
  const provider = market((name) => said[name] ?? null);
  await Sweep.run(at, { provider, cadence: often, ...options });
  return provider;
}

async function seen(userId: string, watchId: string) {
  const { items } = await Watch.history(userId, watchId, { limit: 100 });
  return items.map(({ status, price }) => `${status} ${price?.amount ?? "-"}`).reverse();
}

async function heard(userId: string) {
  const { items } = await Alert.list(userId, { limit: 100 });
  return items.map(({ at, price, rules }) => `${at.slice(5, 16)} ${price.amount} ${rules.join("+")}`).reverse();
}

test("a hundred people who watch one fare cost one search, and each hears of it", async () => {
  const fare = a.route();
  const first = await a.watch({ ...fare, targetPrice: "200.00" });
  const others = await Promise.all(Array.from({ length: 11 }, () => a.user()));
  const everyone = [first.userId, ...others];
  await Promise.all(
    Array.from({ length: 99 }, (_, index) =>
      a.watch({ ...fare, targetPrice: `${210 + index}.00` }, { userId: everyone[index % everyone.length] }),
    ),
  );
  const { searched } = await sweep(a.noon, { [first.name]: 190_00 });
  expect(searched.filter((name) => name === first.name)).toHaveLength(1);
  const told = await Promise.all(everyone.map((userId) => heard(userId)));
  expect(told.flat()).toHaveLength(100);
});

test("sweeps at once share the work: each fare is priced once and each watch hears once", async () => {
  const watches = await Promise.all(Array.from({ length: 12 }, () => a.watch({ targetPrice: "200.00" })));
  const provider = market(async () => {
    await new Promise((done) => setTimeout(done, 5));
    return 190_00;
  });
  const options = { provider, cadence: often, batch: 3, parallel: 2 };
  await Promise.all([1, 2, 3, 4].map(() => Sweep.run(a.noon, options)));
  for (const { userId, id, name } of watches) {
    expect(provider.searched.filter((asked) => asked === name)).toHaveLength(1);
    expect(await seen(userId, id)).toEqual(["ok 190.00"]);
    expect(await heard(userId)).toEqual(["03-01T12:00 190.00 target"]);
  }
});

test("a sweep that comes again, or late, for a moment that was checked finds nothing to do", async () => {
  const { userId, id, name } = await a.watch({ targetPrice: "200.00" });
  const cadence = () => new Date(0);
  await sweep(a.noon, { [name]: 190_00 }, { cadence });
  const again = await sweep(a.noon, { [name]: 100_00 }, { cadence });
  const stale = await sweep(later(-1), { [name]: 100_00 }, { cadence });
  expect([...again.searched, ...stale.searched]).not.toContain(name);
  expect(await seen(userId, id)).toEqual(["ok 190.00"]);
});

/** Lets every lease end, as two minutes would. */
async function expireLeases(): Promise<void> {
  await sql`update fares set claimed_until = now() - interval '1 second' where claimed_until is not null`;
}

/** A sweep that waits, each fare claimed, until it is told what they cost. */
function stalled(at: Date) {
  let answer: (price: number) => void = () => undefined;
  let asked: () => void = () => undefined;
  const price = new Promise<number>((resolve) => {
    answer = resolve;
  });
  const waiting = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const provider = market(() => {
    asked();
    return price;
  });
  const done = Sweep.run(at, { provider, cadence: often });
  const finish = async (price: number) => {
    answer(price);
    await done;
  };
  return { waiting, finish };
}

test("a dead worker's fare is due again when its lease ends, and not before", async () => {
  const { userId, id, name } = await a.watch({ targetPrice: "200.00" });
  const dead = stalled(a.noon);
  await dead.waiting;
  expect((await sweep(later(1), { [name]: 150_00 })).searched).not.toContain(name);
  await expireLeases();
  expect((await sweep(later(2), { [name]: 150_00 })).searched).toContain(name);
  await dead.finish(100_00);
  expect(await seen(userId, id)).toEqual(["ok 150.00"]);
  expect(await heard(userId)).toEqual(["03-01T12:00 150.00 target"]);
});

test("a sweep whose time is over gives back what it has not asked about", async () => {
  const watches = await Promise.all(Array.from({ length: 6 }, () => a.watch({ targetPrice: "200.00" })));
  const names = new Set(watches.map(({ name }) => name));
  const slow = market(async () => {
    await new Promise((done) => setTimeout(done, 60));
    return 190_00;
  });
  const { fares } = await Sweep.run(a.noon, { provider: slow, cadence: often, parallel: 2, within: 100 });
  expect(slow.searched.length).toBe(fares);
  const left = [...names].filter((name) => !slow.searched.includes(name));
  expect(left.length).toBeGreaterThan(0);
  const { searched } = await sweep(a.noon, Object.fromEntries(left.map((name) => [name, 190_00])));
  expect(searched.filter((name) => names.has(name)).sort()).toEqual(left.sort());
  const alerts = await Promise.all(watches.map(({ userId }) => heard(userId)));
  expect(alerts).toEqual(watches.map(() => ["03-01T12:00 190.00 target"]));
});

test("a watch that comes too late for a check does not wait for the fare's next turn", async () => {
  const fare = a.route();
  const { userId } = await a.watch({ ...fare, targetPrice: "200.00" });
  const come: ReturnType<typeof a.watch>[] = [];
  const provider = market(
    () => 190_00,
    async () => {
      come.push(a.watch({ ...fare, targetPrice: "200.00" }, { at: later(1) }));
      await come[0];
      return 190_00;
    },
  );
  await Sweep.run(a.noon, { provider });
  const late = await come[0]!;
  expect(await heard(userId)).toEqual(["03-01T12:00 190.00 target"]);
  expect(await heard(late.userId)).toEqual([]);
  expect(await Watch.get(late.userId, late.id)).toMatchObject({ nextCheckAt: later(minute / 2 + 1).toISOString() });
  await sweep(later(minute), { [late.name]: 190_00 });
  expect(await heard(late.userId)).toEqual(["03-01T12:01 190.00 target"]);
});

test("a worker that was overtaken writes nothing, whether the other has finished or not", async () => {
  const { userId, id } = await a.watch({ targetPrice: "200.00" });
  const slow = stalled(a.noon);
  await slow.waiting;
  await expireLeases();
  const quick = stalled(later(1));
  await quick.waiting;
  await slow.finish(100_00);
  expect(await seen(userId, id)).toEqual([]);
  expect(await heard(userId)).toEqual([]);
  await quick.finish(150_00);
  expect(await seen(userId, id)).toEqual(["ok 150.00"]);
  expect(await heard(userId)).toEqual(["03-01T12:00 150.00 target"]);
});

test.each(["searched", "confirmed"])(
  "a watch that is changed while its fare is %s is judged by what it is then",
  async (when) => {
    const raised = await a.watch({ targetPrice: "200.00", alertThreshold: null });
    const lowered = await a.watch({ targetPrice: "200.00", alertThreshold: null });
    const paused = await a.watch({ targetPrice: "200.00", alertThreshold: null });
    const removed = await a.watch({ targetPrice: "200.00", alertThreshold: null });
    const changes = async () => {
      await Watch.update(raised.userId, raised.id, { targetPrice: "300.00" }, a.noon);
      await Watch.update(lowered.userId, lowered.id, { targetPrice: "100.00" }, a.noon);
      await Watch.update(paused.userId, paused.id, { isActive: false }, a.noon);
      await Watch.remove(removed.userId, removed.id);
    };
    let changed: Promise<void> | undefined;
    const change = async (now: string) => {
      if (now === when) changed ??= changes();
      await changed;
      return 190_00;
    };
    const provider = market(
      () => change("searched"),
      () => change("confirmed"),
    );
    await Sweep.run(a.noon, { provider, cadence: often });
    expect(await heard(raised.userId)).toEqual(["03-01T12:00 190.00 target"]);
    expect(await heard(lowered.userId)).toEqual([]);
    expect(await heard(paused.userId)).toEqual([]);
    expect(await seen(lowered.userId, lowered.id)).toEqual(["ok 190.00"]);
    expect(await Watch.get(lowered.userId, lowered.id)).toMatchObject({ targetPrice: { amount: "100.00" } });
    const numbers = await sql`select epoch from alert_rules where watch_id = ${raised.id}`;
    expect(numbers).toEqual([{ epoch: 2 }]);
  },
);

test.each<[string, Said, string]>([
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
])("a provider that %s moves no rule", async (_, said, recorded) => {
  const { userId, id, name } = await a.watch({ targetPrice: "200.00", rules: { newLow: true, routeLow: true } });
  await sweep(a.noon, { [name]: said });
  expect(await seen(userId, id)).toEqual([recorded]);
  expect(await heard(userId)).toEqual([]);
  await sweep(later(hour), { [name]: 190_00 });
  const { items } = await Alert.list(userId, {});
  expect(items).toMatchObject([{ alreadyTrue: true, previousPrice: null }]);
});

test("a price that would alert is confirmed once, for everybody who watches the fare", async () => {
  const fare = a.route();
  const one = await a.watch({ ...fare, targetPrice: "200.00" });
  const two = await a.watch({ ...fare, targetPrice: "250.00" });
  const provider = market(
    (name) => (name === one.name ? 190_00 : null),
    (_, offer) => offer.total,
  );
  await Sweep.run(a.noon, { provider, cadence: often });
  expect(provider.confirmed).toEqual([one.name]);
  expect(await heard(one.userId)).toEqual(["03-01T12:00 190.00 target"]);
  expect(await heard(two.userId)).toEqual(["03-01T12:00 190.00 target"]);
  await Sweep.run(later(hour), { provider, cadence: often });
  expect(provider.confirmed).toEqual([one.name]);
});

test("a price that is taken back never alerts, and the price that took its place is what counts", async () => {
  const fare = a.route();
  const low = await a.watch({ ...fare, targetPrice: "150.00", alertThreshold: null });
  const high = await a.watch({ ...fare, targetPrice: "250.00", alertThreshold: null });
  const provider = market(
    (name) => (name === low.name ? 140_00 : null),
    () => 240_00,
  );
  await Sweep.run(a.noon, { provider, cadence: often });
  expect(provider.confirmed).toEqual([low.name]);
  expect(await seen(low.userId, low.id)).toEqual(["ghost 140.00", "ok 240.00"].sort());
  expect(await heard(low.userId)).toEqual([]);
  expect(await heard(high.userId)).toEqual(["03-01T12:00 240.00 target"]);
  expect(await Watch.get(low.userId, low.id)).toMatchObject({ currentPrice: { amount: "240.00" } });
  expect(await Watch.get(low.userId, low.id)).toMatchObject({ lowestPrice: { amount: "240.00" } });
});

test.each([
  ["is gone", { status: "gone" }, "no_results -"],
  ["cannot be asked about", { status: "provider_error" }, "provider_error -"],
  ["comes back in nonsense", { status: "ok", total: -1 }, "provider_error -"],
] as const)(
  "an offer that %s when it is confirmed leaves a ghost and moves no rule",
  async (_, confirmed, recorded) => {
    const { userId, id, name } = await a.watch({ targetPrice: "200.00" });
    const provider = market(
      (asked) => (asked === name ? 190_00 : null),
      () => confirmed,
    );
    await Sweep.run(a.noon, { provider, cadence: often });
    expect((await seen(userId, id)).sort()).toEqual(["ghost 190.00", recorded]);
    expect(await heard(userId)).toEqual([]);
    expect(await Watch.get(userId, id)).toMatchObject({ currentPrice: null, lowestPrice: null });
  },
);

test("a fare nobody watches any more stops being due, and is due again for who comes next", async () => {
  const gone = await a.watch();
  const paused = await a.watch();
  await Watch.remove(gone.userId, gone.id);
  await Watch.update(paused.userId, paused.id, { isActive: false }, a.noon);
  const { searched } = await sweep(a.noon, {});
  expect(searched).not.toContain(gone.name);
  expect(searched).not.toContain(paused.name);
  expect(await Watch.get(paused.userId, paused.id)).toMatchObject({ nextCheckAt: null });

  await Watch.update(paused.userId, paused.id, { isActive: true }, later(hour));
  const { origin, destination, departureDate } = gone;
  await a.watch({ origin, destination, departureDate }, { at: later(hour) });
  const { searched: next } = await sweep(later(hour), {});
  expect(next).toEqual(expect.arrayContaining([gone.name, paused.name]));
});
