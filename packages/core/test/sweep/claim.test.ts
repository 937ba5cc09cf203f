import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, alertsOf, everySweep, hour, sweep, watchPrices } from "../support/sweep.ts";

test("concurrent sweeps share the work: each fare is priced once and each watch alerts once", async () => {
  const watches = await Promise.all(Array.from({ length: 12 }, () => a.watch({ rules: { target: "200.00" } })));
  const provider = stubProvider(async () => {
    await new Promise((done) => setTimeout(done, 5));
    return 190_00;
  });
  const options = { provider, cadence: everySweep, batch: 3, parallel: 2 };
  await Promise.all([1, 2, 3, 4].map(() => Sweep.run(a.noon, options)));
  for (const { userId, id, name } of watches) {
    expect(provider.searched.filter((asked) => asked === name)).toHaveLength(1);
    expect(await watchPrices(userId, id)).toEqual(["ok 190.00"]);
    expect(await alertsOf(userId)).toEqual(["03-01T12:00 190.00 target"]);
  }
});

test("a sweep that is repeated, or late, for a moment already checked finds nothing to do", async () => {
  const { userId, id, name } = await a.watch({ rules: { target: "200.00" } });
  const cadence = () => new Date(0);
  await sweep(a.noon, { [name]: 190_00 }, { cadence });
  const again = await sweep(a.noon, { [name]: 100_00 }, { cadence });
  const stale = await sweep(afterNoon(-1), { [name]: 100_00 }, { cadence });
  expect([...again.searched, ...stale.searched]).not.toContain(name);
  expect(await watchPrices(userId, id)).toEqual(["ok 190.00"]);
});

/** Ends every lease, as two minutes would. */
async function expireLeases(): Promise<void> {
  await sql`update fares set claimed_until = now() - interval '1 second' where claimed_until is not null`;
}

/** A sweep that has claimed its fares and waits until it is given their prices. */
function stalled(at: Date) {
  let answer: (price: number) => void = () => undefined;
  let asked: () => void = () => undefined;
  const price = new Promise<number>((resolve) => {
    answer = resolve;
  });
  const waiting = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const provider = stubProvider(() => {
    asked();
    return price;
  });
  const done = Sweep.run(at, { provider, cadence: everySweep });
  const finish = async (price: number) => {
    answer(price);
    await done;
  };
  return { waiting, finish };
}

test("a killed worker's fare is due again when its lease ends, and not before", async () => {
  const { userId, id, name } = await a.watch({ rules: { target: "200.00" } });
  const dead = stalled(a.noon);
  await dead.waiting;
  expect((await sweep(afterNoon(1), { [name]: 150_00 })).searched).not.toContain(name);
  await expireLeases();
  expect((await sweep(afterNoon(2), { [name]: 150_00 })).searched).toContain(name);
  await dead.finish(100_00);
  expect(await watchPrices(userId, id)).toEqual(["ok 150.00"]);
  expect(await alertsOf(userId)).toEqual(["03-01T12:00 150.00 target"]);
});

test("a sweep whose time is over releases the fares it has not searched", async () => {
  const watches = await Promise.all(Array.from({ length: 6 }, () => a.watch({ rules: { target: "200.00" } })));
  const names = new Set(watches.map(({ name }) => name));
  const slow = stubProvider(async () => {
    await new Promise((done) => setTimeout(done, 60));
    return 190_00;
  });
  const { fares } = await Sweep.run(a.noon, { provider: slow, cadence: everySweep, parallel: 2, within: 100 });
  expect(slow.searched.length).toBe(fares);
  const left = [...names].filter((name) => !slow.searched.includes(name));
  expect(left.length).toBeGreaterThan(0);
  const { searched } = await sweep(a.noon, Object.fromEntries(left.map((name) => [name, 190_00])));
  expect(searched.filter((name) => names.has(name)).sort()).toEqual(left.sort());
  const alerts = await Promise.all(watches.map(({ userId }) => alertsOf(userId)));
  expect(alerts).toEqual(watches.map(() => ["03-01T12:00 190.00 target"]));
});

test("an overtaken worker writes nothing, whether the other one has finished or not", async () => {
  const { userId, id } = await a.watch({ rules: { target: "200.00" } });
  const slow = stalled(a.noon);
  await slow.waiting;
  await expireLeases();
  const quick = stalled(afterNoon(1));
  await quick.waiting;
  await slow.finish(100_00);
  expect(await watchPrices(userId, id)).toEqual([]);
  expect(await alertsOf(userId)).toEqual([]);
  await quick.finish(150_00);
  expect(await watchPrices(userId, id)).toEqual(["ok 150.00"]);
  expect(await alertsOf(userId)).toEqual(["03-01T12:00 150.00 target"]);
});

test("a rule that has fired is not written again, even where its state was lost", async () => {
  const { userId, id, name } = await a.watch({ rules: { target: "200.00", drop: null } });
  await sweep(a.noon, { [name]: 190_00 });
  await sql`update price_watches set state = '{}' where id = ${id}`;
  await sql`update watch_fares set wake_below = ${Number.MAX_SAFE_INTEGER} where watch_id = ${id}`;
  await sweep(afterNoon(hour), { [name]: 150_00 });
  expect(await alertsOf(userId)).toEqual(["03-01T12:00 190.00 target"]);
  expect(await watchPrices(userId, id)).toEqual(["ok 190.00", "ok 150.00"]);
  const again = sql`insert into alert_rules select * from alert_rules where watch_id = ${id}`;
  await expect(again).rejects.toMatchObject({ constraint: "alert_rules_pkey" });
});

test("an unwatched fare stops being due, and is due again for the next watch", async () => {
  const gone = await a.watch();
  const paused = await a.watch();
  await Watch.remove(gone.userId, gone.id);
  await Watch.pause(paused.userId, paused.id, a.noon);
  const { searched } = await sweep(a.noon, {});
  expect(searched).not.toContain(gone.name);
  expect(searched).not.toContain(paused.name);
  expect(await Watch.get(paused.userId, paused.id, a.noon)).toMatchObject({ nextCheckAt: null });

  await Watch.resume(paused.userId, paused.id, afterNoon(hour));
  const { origin, destination, departureDate } = gone;
  await a.watch({ origin, destination, departureDate }, { at: afterNoon(hour) });
  const { searched: next } = await sweep(afterNoon(hour), {});
  expect(next).toEqual(expect.arrayContaining([gone.name, paused.name]));
});
