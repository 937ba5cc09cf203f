import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seed } from "../src/seed.ts";

const databaseUrl = process.env.DATABASE_URL ?? "";
const client = new pg.Client(databaseUrl);
beforeAll(() => client.connect());
afterAll(() => client.end());

const count = async (table: "airports" | "airlines") =>
  (await client.query<{ count: number }>(`select count(*)::int as count from ${table}`)).rows[0]?.count;

test("seeds once, also when it runs repeatedly and concurrently", async () => {
  await client.query("truncate airports, airlines");
  const runs = await Promise.all([seed(databaseUrl), seed(databaseUrl), seed(databaseUrl)]);
  const airports = await count("airports");
  expect(airports).toBeGreaterThan(4000);
  expect(runs.reduce((sum, run) => sum + run.airports, 0)).toBe(airports);
  expect(runs.reduce((sum, run) => sum + run.airlines, 0)).toBe(await count("airlines"));
  expect(await seed(databaseUrl)).toEqual({ airports: 0, airlines: 0 });
});

test("no account comes with the data", async () => {
  const { rows } = await client.query("select count(*)::int as count from users");
  expect(rows).toEqual([{ count: 0 }]);
});

test("restores only rows that differ", async () => {
  await seed(databaseUrl);
  await client.query("update airports set name = 'Nowhere' where code in ('STN', 'BGY')");
  await client.query("delete from airlines where code = 'FR'");
  expect(await seed(databaseUrl)).toEqual({ airports: 2, airlines: 1 });
  const { rows } = await client.query("select name from airports where code = 'STN'");
  expect(rows).toEqual([{ name: "London Stansted Airport" }]);
});
