import { counted, direct } from "@travel-conductor/local/testing";
import pg from "pg";
import { expect, test } from "vitest";

const { sql } = await import("@travel-conductor/core/base/db");
const { redis } = await import("@travel-conductor/core/base/cache");

test("connects the product's clients to this file's servers, and counts their requests", async () => {
  expect(await counted(async () => sql`select 1`)).toEqual({ postgres: 1, redis: 0 });
  const both = await counted(async () => {
    await sql.transaction([sql`select 1`, sql`select 2`]);
    await redis.pipeline().set("a", "1").get("a").exec();
  });
  expect(both).toEqual({ postgres: 1, redis: 1 });
});

test("gives a seeded clone that a direct connection sees too", async () => {
  await sql`create table mark (a int)`;
  const client = new pg.Client({ connectionString: direct.postgres });
  await client.connect();
  const { rows } = await client.query(
    "select to_regclass('mark')::text as mark, count(*) > 1000 as seeded from airports",
  );
  await client.end();
  expect(rows).toEqual([{ mark: "mark", seeded: true }]);
});
