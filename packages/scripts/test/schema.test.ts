import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { direct } from "@travel-conductor/local/testing";
import { runner } from "node-pg-migrate";
import { Client } from "pg";
import { expect, test } from "vitest";
import { migrate } from "../src/migrate.ts";
import { dump } from "../src/schema.ts";

/** Creates an empty database on this file's server. */
async function empty(): Promise<string> {
  const name = `empty_${randomBytes(6).toString("hex")}`;
  await query(direct.postgres, `create database ${name}`);
  return new URL(`/${name}`, direct.postgres).href;
}

async function query(url: string, text: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client.query(text).finally(() => client.end());
}

const written = await readFile(new URL("../../core/schema.sql", import.meta.url), "utf8");

test("has the result of the migrations in schema.sql (else: npm run schema)", async () => {
  expect(await dump(direct.postgres)).toBe(written);
});

test("makes the same schema from schema.sql alone", async () => {
  const url = await empty();
  await query(url, written);
  expect(await dump(url)).toBe(written);
});

test("notices an additional column, index, check, default, table or view", async () => {
  for (const change of [
    "alter table users add column drift int",
    "create index drift on users (phone)",
    "alter table users add constraint drift check (phone <> '')",
    "alter table users alter column phone set default '+44'",
    "create table drift (id int)",
    "create view drift as select id from users",
  ]) {
    const url = await empty();
    await migrate(url);
    await query(url, change);
    expect(await dump(url), change).not.toBe(written);
  }
});

test("does nothing when it migrates again, and keeps the rows", async () => {
  const url = await empty();
  expect((await migrate(url)).length).toBeGreaterThan(6);
  await query(url, "insert into airlines (code, name) values ('XX', 'Example Air')");
  expect(await migrate(url)).toEqual([]);
  expect((await query(url, "select code from airlines")).rows).toEqual([{ code: "XX" }]);
});

test("old code still adds fares and baskets until the migrations that finish, which run last", async () => {
  const url = await empty();
  const first = await migrate(url, { finish: false });
  expect(first.filter((name) => name.endsWith("_finish"))).toEqual([]);
  const add = (id: string) => `
    insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at)
    values ('${id}', 'STN', 'BGY', '2027-01-01', 'economy', 1, 'GBP', now())
    on conflict
      (origin, destination, departure_date, return_date, cabin, max_stops, adults, child_ages, infants, currency)
      where basket is null do nothing;
    insert into fares (id, basket, cabin, adults, currency) values ('${id}_all', 'wish', 'economy', 1, 'GBP')
    on conflict (basket) where basket is not null do nothing;`;
  await query(url, add("far_1"));
  await query(url, add("far_2"));
  expect((await query(url, "select id from fares order by id")).rows).toEqual([{ id: "far_1" }, { id: "far_1_all" }]);
  expect(await migrate(url)).toEqual(["0030_fares_finish"]);
  expect(await dump(url)).toBe(written);
  expect((await query(url, "select id from fare_keys order by id")).rows).toHaveLength(2);
});

test("fares of before get their keys, which what refers to them then goes with", async () => {
  const url = await empty();
  const dir = fileURLToPath(new URL("../../core/migrations", import.meta.url));
  const before = (await readdir(dir)).filter((name) => name < "0030").length;
  await runner({
    databaseUrl: url,
    dir,
    direction: "up",
    migrationsTable: "migrations",
    count: before,
    log: () => undefined,
  });
  await query(
    url,
    `insert into fares (id, origin, destination, departure_date, cabin, adults, currency)
     values ('far_1', 'STN', 'BGY', '2027-01-01', 'economy', 1, 'GBP');
     insert into fares (id, basket, cabin, adults, currency) values ('far_2', 'wish', 'economy', 1, 'GBP');
     insert into basket_fares (basket_id, fare_id) values ('far_2', 'far_1');
     insert into price_observations (fare_id, at, status, price, provider) values ('far_1', now(), 'ok', 1, 'test')`,
  );
  await migrate(url);
  expect((await query(url, "select id from fare_keys order by id")).rows).toEqual([{ id: "far_1" }, { id: "far_2" }]);
  await query(url, "delete from fares");
  for (const table of ["fare_keys", "price_observations", "basket_fares"]) {
    expect((await query(url, `select from ${table}`)).rows, table).toEqual([]);
  }
});

test("runs each migration once when three processes migrate at once", async () => {
  const url = await empty();
  const ran = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  const names = ran.flat();
  expect(new Set(names).size).toBe(names.length);
  expect((await query(url, "select name from migrations order by id")).rows.map(({ name }) => name)).toEqual(names);
});
