import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { direct } from "@travel-conductor/local/testing";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";

const migrations = new URL("../../core/migrations/", import.meta.url);
const month = "0016_observation_months.sql";

let client: Client;

/** Creates a database with the migrations before the one that partitions the history by months. */
beforeEach(async () => {
  const name = `before_${randomBytes(6).toString("hex")}`;
  const admin = new Client({ connectionString: direct.postgres });
  await admin.connect();
  await admin.query(`create database ${name}`).finally(() => admin.end());
  client = new Client({ connectionString: new URL(`/${name}`, direct.postgres).href });
  await client.connect();
  for (const file of (await readdir(migrations)).sort()) if (file < month) await run(file);
});

afterEach(() => client.end());

async function run(file: string): Promise<void> {
  await client.query(await readFile(new URL(file, migrations), "utf8"));
}

/** Adds forty fares with six checks a day for that number of days until the moment, of every status. */
async function fill(days: number, until: string): Promise<void> {
  await client.query(
    `with made as (
       insert into fares (id, origin, destination, departure_date, cabin, adults, currency)
       select 'far_' || n, 'STN', 'BGY', date '2027-01-01' + n, 'economy', 1, 'GBP' from generate_series(1, 40) as n
       returning id
     )
     insert into price_observations (fare_id, at, status, price, provider, confirmable)
     select made.id, ${until} - n * interval '4 hours', status, case when status = 'ok' then 2000 + n end, 'test', n % 3 = 0
       from made
      cross join generate_series(0, $1::int * 6) as n
      cross join lateral (select (array['ok', 'no_results', 'provider_error'])[1 + n % 3] as status) as told`,
    [days],
  );
}

async function digest(): Promise<string> {
  const { rows } = await client.query(`
    select count(*) || ' ' || md5(string_agg(row::text, chr(10) order by fare_id, at, status)) as digest
      from price_observations as row`);
  return rows[0].digest;
}

async function partitions(): Promise<string[]> {
  const { rows } = await client.query(`
    select inhrelid::regclass::text as name
      from pg_inherits
     where inhparent = 'price_observations'::regclass
     order by 1`);
  return rows.map(({ name }) => name);
}

test("keeps observations from before the monthly partitions unchanged, without writing them again", async () => {
  await fill(100, "now()");
  const file = async (table: string) =>
    (await client.query("select pg_relation_filenode($1::regclass) as node", [table])).rows[0].node;
  const [before, node] = [await digest(), await file("price_observations")];
  expect(before).toMatch(/^24040 /);
  await run(month);
  expect(await digest()).toBe(before);
  expect(await partitions()).toEqual(["price_observations_before", "price_observations_default"]);
  expect(await file("price_observations_before")).toBe(node);
});

test("moves the other observations when one is from a clock that is ahead", async () => {
  await fill(3, "now() + interval '70 days'");
  const before = await digest();
  await run(month);
  expect(await digest()).toBe(before);
});

test("applies the same constraints to old and new rows", async () => {
  await fill(1, "now()");
  await run(month);
  const write = (fare: string, at: string, status = "ok", price: number | null = 100) =>
    client.query("insert into price_observations (fare_id, at, status, price, provider) values ($1, $2, $3, $4, '-')", [
      fare,
      at,
      status,
      price,
    ]);
  for (const days of [-0.5, 100]) {
    const at = new Date(Date.now() + days * 86_400_000).toISOString();
    await write("far_1", at);
    await expect(write("far_1", at)).rejects.toMatchObject({ code: "23505" });
    await expect(write("far_none", at)).rejects.toMatchObject({ code: "23503" });
    await expect(write("far_2", at, "bad", null)).rejects.toMatchObject({ code: "23514" });
    await expect(write("far_2", at, "ok", null)).rejects.toMatchObject({ code: "23514" });
    await expect(write("far_2", at, "no_results", 100)).rejects.toMatchObject({ code: "23514" });
    await expect(write("far_2", at, "ok", 0)).rejects.toMatchObject({ code: "23514" });
  }
  await client.query("delete from fares where id = 'far_1'");
  const { rows } = await client.query("select count(*)::int from price_observations where fare_id = 'far_1'");
  expect(rows).toEqual([{ count: 0 }]);
});

test("keeps no old partition where there was no observation", async () => {
  await run(month);
  expect(await partitions()).toEqual(["price_observations_default"]);
});
