import { beforeEach, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as a from "../support/factory.ts";
import { lockRows, waitUntilBlocked } from "../support/proof/locks.ts";

beforeEach(async () => {
  await sql`truncate fares cascade`;
});

const insert = (id: string, adults = 1) => sql`
  insert into fares (id, origin, destination, departure_date, cabin, adults, currency)
  values (${id}, 'STN', 'BGY', '2027-01-01', 'economy', ${adults}, 'GBP')`;
const ids = async (table: "fares" | "fare_keys") =>
  (await sql`select id from ${sql.unsafe(table)} order by id`).map(({ id }) => id);

test("a question has one fare, and a wish one basket, however often they are inserted", async () => {
  const basket = (id: string) => sql`
    insert into fares (id, basket, cabin, adults, currency) values (${id}, 'wish', 'economy', 1, 'GBP')`;
  for (const id of ["far_1", "far_2"]) await Promise.all([insert(id), insert(`${id}_two`, 2), basket(`${id}_all`)]);
  expect(await ids("fares")).toEqual(["far_1", "far_1_all", "far_1_two"]);
  expect(await ids("fare_keys")).toEqual(await ids("fares"));
});

test("two fares cannot have one id", async () => {
  await insert("far_1");
  await expect(insert("far_1", 2)).rejects.toThrow(/fare_keys_pkey/);
});

test("an insert waits for another of the same question, and inserts the fare where that one is undone", async () => {
  const free = await lockRows(insert("far_1"));
  const done = insert("far_2").then(() => undefined);
  await waitUntilBlocked(1);
  expect(await ids("fares")).toEqual([]);
  await free();
  await done;
  expect(await ids("fares")).toEqual(["far_2"]);
});

test("a deleted fare leaves no key and no observation, and an emptied table no keys", async () => {
  await insert("far_1");
  await sql`insert into price_observations (fare_id, at, status, price, provider) values ('far_1', ${a.noon}, 'ok', 1, 'test')`;
  await sql`delete from fares where id = 'far_1'`;
  expect(await ids("fare_keys")).toEqual([]);
  expect(await sql`select from price_observations`).toEqual([]);
  await insert("far_2");
  await sql`truncate fares`;
  expect(await ids("fare_keys")).toEqual([]);
});
