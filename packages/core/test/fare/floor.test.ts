import { beforeEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import * as a from "../support/factory.ts";
import { afterNoon, hour } from "../support/sweep.ts";

beforeEach(async () => {
  await sql`truncate fare_keys, price_watches cascade`;
  await sql`update due_floor set moment = '-infinity'`;
});

const floor = async () => {
  const [row] =
    await sql`select extract(epoch from due_floor.moment - ${a.noon}::timestamptz) / 3600 as hours from due_floor`;
  return Number(row?.hours);
};
const move = (id: string, at: Date) => sql`
  update fares set due_at = ${at} where id in (select fare_id from watch_fares where watch_id = ${id})`;
const claimed = async (at: Date, limit = 10) => (await Fare.claim(at, limit)).fares.length;

test("a claim that finds all that is due raises the floor, and one that may have left something does not", async () => {
  await Promise.all([a.watch(), a.watch()]);
  expect(await claimed(afterNoon(0), 1)).toBe(1);
  expect(await floor()).toBe(Number.NEGATIVE_INFINITY);
  expect(await claimed(afterNoon(24 * hour), 10)).toBe(1);
  // Both are leased, and due since noon.
  expect(await floor()).toBe(0);
});

test("the floor stays an hour behind a sweep, and below what is due next", async () => {
  const { id } = await a.watch();
  await move(id, afterNoon(10 * hour));
  expect(await claimed(afterNoon(4 * hour))).toBe(0);
  expect(await floor()).toBe(3);
  expect(await claimed(afterNoon(9 * hour))).toBe(0);
  expect(await floor()).toBe(8);
  expect(await claimed(afterNoon(40 * hour))).toBe(1);
  expect(await floor()).toBe(10);
});

test("a fare that becomes due below the floor lowers it, by an update or an insert", async () => {
  const { id } = await a.watch();
  await move(id, afterNoon(10 * hour));
  await claimed(afterNoon(9 * hour));
  await move(id, afterNoon(2 * hour));
  expect(await floor()).toBe(2);
  const other = await a.watch();
  expect(await floor()).toBe(0);
  expect(await claimed(afterNoon(9 * hour))).toBe(2);
  expect(other.id).not.toBe(id);
});

test("a fare whose worker died is found again, however long it was due", async () => {
  await a.watch();
  expect(await claimed(afterNoon(9 * hour))).toBe(1);
  expect(await claimed(afterNoon(9 * hour))).toBe(0);
  await sql`update fares set claimed_until = now() - interval '1 second'`;
  expect(await claimed(afterNoon(9 * hour))).toBe(1);
});

test("the hourly repair lowers a floor above a due fare, and no other", async () => {
  const { id } = await a.watch();
  await sql`update due_floor set moment = ${afterNoon(5 * hour)}`;
  expect(await claimed(afterNoon(9 * hour))).toBe(0);
  await Fare.repair(afterNoon(9 * hour));
  expect(await floor()).toBe(0);
  await move(id, afterNoon(7 * hour));
  await Fare.repair(afterNoon(9 * hour));
  expect(await floor()).toBe(0);
  expect(await claimed(afterNoon(9 * hour))).toBe(1);
});

test("without a floor everything is found", async () => {
  await a.watch();
  await sql`delete from due_floor`;
  expect(await claimed(afterNoon(hour))).toBe(1);
  await sql`insert into due_floor values ('-infinity')`;
});
