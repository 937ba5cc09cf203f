import { beforeEach, expect, test } from "vitest";
import * as Alert from "../../src/alert.ts";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { deleteAll } from "../support/proof/snapshot.ts";
import { afterNoon, hour, sweep } from "../support/sweep.ts";

beforeEach(deleteAll);

const day = 24 * hour;
const window = { departureDate: undefined, departureFrom: "2026-08-01", departureTo: "2026-11-08" };

/** A claim finds that they have no watch. */
const claimed = () => Fare.claim(afterNoon(0), 1_000);

async function counts() {
  const [row] = await sql`
    select (select count(*)::int from fares where basket is null) as fares,
           (select count(*)::int from fares where basket is not null) as baskets,
           (select count(*)::int from basket_fares) as members,
           (select count(*)::int from price_observations) as observations`;
  return row;
}
const nothing = { fares: 0, baskets: 0, members: 0, observations: 0 };

test("a window watch that is created and deleted leaves nothing after an hour", async () => {
  const { userId, id } = await a.watch(window);
  await Watch.remove(userId, id);
  await claimed();
  expect(await counts()).toMatchObject({ fares: 100, baskets: 1, members: 100 });
  expect(await Fare.forget(afterNoon(hour - 1))).toEqual({ baskets: 0, fares: 0 });
  expect(await Fare.forget(afterNoon(hour), { batch: 7 })).toEqual({ baskets: 1, fares: 100 });
  expect(await counts()).toEqual(nothing);
});

test("priced fares stay for the 90 days that rules and insights look back, and go a day later with their history", async () => {
  const { userId, id, name } = await a.watch({ rules: { target: "1.00" } });
  await sweep(a.noon, { [name]: 100_00 });
  await Watch.remove(userId, id);
  await Fare.claim(afterNoon(1), 1_000);
  await Fare.forget(afterNoon(91 * day - 1));
  expect(await counts()).toMatchObject({ fares: 1, observations: 1 });
  await Fare.forget(afterNoon(91 * day));
  expect(await counts()).toEqual(nothing);
});

test("what a person can still see stays: paused and ended watches, their alerts, and their earlier series", async () => {
  const paused = await a.watch(window);
  await Watch.pause(paused.userId, paused.id, a.noon);
  const ended = await a.watch({ rules: { target: "200.00" } });
  const moved = await a.watch({ rules: { target: "200.00" } });
  await sweep(a.noon, { [ended.name]: 190_00, [moved.name]: 190_00 });
  await Watch.markBooked(ended.userId, ended.id, {}, afterNoon(hour));
  await Watch.update(moved.userId, moved.id, a.route(), afterNoon(hour));
  await Fare.claim(afterNoon(500 * day), 1_000);
  await sql`update fares set due_at = null`;
  const before = await counts();
  expect(await Fare.forget(afterNoon(500 * day))).toEqual({ baskets: 0, fares: 0 });
  expect(await counts()).toEqual(before);
  for (const { userId, id } of [ended, moved]) {
    expect((await Alert.list(userId, {})).items).toHaveLength(1);
    expect((await Watch.history(userId, id, { limit: 10, series: 1 }, a.noon)).items).toHaveLength(1);
  }
});

test("a fare that is due, held by a worker or by a basket of another watch stays", async () => {
  const gone = await a.watch(window);
  const other = await a.watch({ ...window, origin: gone.origin, destination: gone.destination });
  await Watch.remove(gone.userId, gone.id);
  await sql`update fares set due_at = null`;
  expect(await Fare.forget(afterNoon(day))).toEqual({ baskets: 0, fares: 0 });
  await Watch.remove(other.userId, other.id);
  await sql`update fares set claimed_until = now() + interval '1 minute'`;
  expect(await Fare.forget(afterNoon(day))).toEqual({ baskets: 0, fares: 0 });
  await sql`update fares set claimed_until = null, due_at = case when basket is null then ${a.noon}::timestamptz end`;
  expect(await Fare.forget(afterNoon(day))).toEqual({ baskets: 1, fares: 0 });
});

test("a watch that is created while its fares are being deleted keeps them", async () => {
  const places = a.route();
  const userId = await a.user();
  for (let round = 0; round < 8; round++) {
    const wanted = { ...places, departureDate: undefined, departureFrom: "2026-08-01", departureTo: "2026-08-20" };
    const make = (target: number) => a.watch({ ...wanted, rules: { target: `${target}.00` } }, { userId });
    const before = await make(1000 + round);
    await Watch.remove(userId, before.id);
    await sql`update fares set due_at = null`;
    const [made] = await Promise.all([make(round + 1), Fare.forget(afterNoon(day), { batch: 3 })]);
    expect(await Watch.get(userId, made.id, a.noon)).toMatchObject({ fares: 20 });
    const [row] = await sql`
      select count(*)::int as count
        from watch_fares
        join basket_fares on basket_fares.basket_id = watch_fares.fare_id
        join fares on fares.id = basket_fares.fare_id
       where watch_fares.watch_id = ${made.id}`;
    expect(row).toEqual({ count: 20 });
    await Watch.remove(userId, made.id);
  }
});

test("deleting a fare looks up by index what refers to it, and an alert outlives its fare", async () => {
  const { userId, name } = await a.watch({ rules: { target: "200.00" } });
  await sweep(a.noon, { [name]: 190_00 });
  const [before] = (await Alert.list(userId, {})).items;
  for (const table of ["alerts", "watch_changes"]) {
    const [, plan] = await sql.transaction([
      sql`set local enable_seqscan = off`,
      sql`explain select from ${sql.unsafe(table)} where fare_id = 'far_1'`,
    ]);
    expect(JSON.stringify(plan)).toContain(`${table}_fare_id`);
  }
  await sql`delete from fares where checked_at is not null`;
  const now = { price: null, checkedAt: null, holds: null };
  expect((await Alert.list(userId, {})).items).toEqual([{ ...before, now }]);
  expect(await Alert.update(userId, before!.id, { read: true }, a.noon)).toMatchObject({
    id: before!.id,
    origin: before!.origin,
  });
});
