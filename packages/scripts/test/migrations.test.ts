import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { direct } from "@travel-conductor/local/testing";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../src/migrate.ts";
import { faultsOf, large } from "../src/migrations.ts";

const client = new pg.Client({ connectionString: direct.postgres });
let dir: string;
beforeAll(async () => {
  await client.connect();
  dir = await mkdtemp(join(tmpdir(), "migrations-"));
});
afterAll(async () => {
  await client.end();
  await rm(dir, { recursive: true });
});

const write = (name: string, text: string) => writeFile(join(dir, name), text);
const columns = async () => {
  const { rows } = await client.query(
    "select column_name as name from information_schema.columns where table_name = 'airlines' and column_name like 'new%'",
  );
  return rows.map(({ name }) => name).sort();
};

test("a migration that fails leaves nothing of itself, keeps those before it, and stops those after it", async () => {
  await write("9001_one.sql", "alter table airlines add column new_one text;");
  await write("9002_bad.sql", "alter table airlines add column new_two text; select * from nowhere;");
  await write("9003_three.sql", "alter table airlines add column new_three text;");
  await expect(migrate(direct.postgres, { dir })).rejects.toThrow('relation "nowhere" does not exist');
  expect(await columns()).toEqual(["new_one"]);
  await write("9002_bad.sql", "alter table airlines add column new_two text;");
  expect(await migrate(direct.postgres, { dir })).toEqual(["9002_bad", "9003_three"]);
  expect(await migrate(direct.postgres, { dir })).toEqual([]);
});

test("indexes are made concurrently, outside of a transaction", async () => {
  const text =
    "-- no transaction\ncreate index concurrently new_a on airlines (name);\ncreate index concurrently new_b on airlines (code, name);\n";
  await write("9004_index.sql", text);
  expect(await migrate(direct.postgres, { dir })).toEqual(["9004_index"]);
});

test("a table that others use is waited for in short tries, never in front of them; then nothing is changed", async () => {
  await write("9005_waits.sql", "alter table airlines add column new_waits text;");
  await client.query("begin");
  await client.query("select from airlines limit 1");
  const failed = migrate(direct.postgres, { dir, limits: { lock_timeout: 20 } });
  await expect(failed).rejects.toMatchObject({ code: "55P03" });
  await client.query("commit");
  expect(await columns()).not.toContain("new_waits");
  // Two at once: one runs it, the other finds nothing to do, however short the time-out.
  const both = await Promise.all([1, 2].map(() => migrate(direct.postgres, { dir, limits: { lock_timeout: 20 } })));
  expect(both.flat()).toEqual(["9005_waits"]);
});

test("large tables are tables", async () => {
  const schema = await readFile(new URL("../../core/schema.sql", import.meta.url), "utf8");
  expect([...large].filter((name) => !schema.includes(`create table ${name} (`))).toEqual([]);
});

test.each([
  [
    "create table notes (id text not null);\ncreate index note_of on notes (id);\nalter table notes add column at date not null;",
  ],
  ["alter table users add column a text, add column b int not null default 0, add column c text;"],
  ["alter table users drop constraint user_is_known, add constraint user_is_known check (true) not valid;"],
  ["alter table users validate constraint user_is_known;"],
  ["-- no transaction\ncreate index concurrently user_a on users (a);\ndrop index concurrently user_b;"],
  ["create index airline_name on airlines (name);\ncreate or replace function f() returns int language sql return 1;"],
  ["-- contract: since 2026-12-01 no code reads the column.\nalter table users drop column a;"],
  ["-- drop table users\nselect 'drop table users; alter table users rename to b';"],
  ["create function g() returns void language plpgsql as $$ begin drop table users; end $$;"],
])("an additive migration passes: %j", (text) => {
  expect(faultsOf("0900_x.sql", text)).toEqual([]);
});

test.each([
  ["alter table users drop column a;", "drops what"],
  ["ALTER TABLE users\n  ADD COLUMN b text,\n  DROP COLUMN a;", "drops what"],
  ["drop table if exists users;", "drops what"],
  ["alter table users rename column a to b;", "renames"],
  ["alter table users rename to people;", "renames"],
  ["alter table users alter column a type bigint;", "changes a type"],
  ["alter table users alter a set data type bigint;", "changes a type"],
  ["alter table users alter column a set not null;", "requires a value"],
  ["alter table users alter column a drop default;", "takes a default"],
  ["alter table airlines add column a text not null;", "with `not null` and no default"],
  ["alter table users add column a text, add b int not null;", "with `not null` and no default"],
  ["alter table users add column a uuid default gen_random_uuid();", "rewrites the table"],
  ["alter table users add column a text generated always as (lower(email)) stored;", "rewrites the table"],
  ["alter table users add constraint a check (b > 0);", "not valid"],
  ["alter table alerts add constraint a foreign key (b) references users;", "not valid"],
  ["alter table users add constraint a unique (b);", "using index"],
  ["create index a on users (b);", "create it concurrently"],
  ["create unique index a on only price_observations (b);", "create it concurrently"],
  ["drop index a;", "drop the index concurrently"],
  ["lock table users;", "locks a table"],
  ["set lock_timeout = 0;", "sets a time-out"],
  ["create index concurrently a on users (b);", "needs a line `-- no transaction`"],
  ["-- no transaction\nupdate users set a = 1;", "does more than make indexes"],
  ["-- contract: soon\nalter table users drop column a;", "drops what"],
  ["-- contract: since 2026-12-01 nothing uses it.\ncreate index a on users (b);", "create it concurrently"],
])("one that disturbs the code before it does not: %j", (text, fault) => {
  const found = faultsOf("0900_x.sql", text);
  expect(found.length, found.join("\n")).toBe(1);
  expect(found[0]).toContain(fault);
  expect(faultsOf("0053_x.sql", text)).toEqual([]);
});

test("a migration that finishes says since when nothing uses what it removes", () => {
  expect(faultsOf("0900_x_finish.sql", "select 1;")).toEqual(["needs a line `-- contract: since <release> …`"]);
});
