import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { direct } from "@travel-conductor/local/testing";
import pg from "pg";
import { expect, test } from "vitest";
import { migrateTo } from "../../src/backup/target.ts";

test("a restore runs the migrations that its backup had, also those outside of a transaction", async () => {
  const dir = mkdtempSync(join(tmpdir(), "migrations-"));
  const files = {
    "0001_made": "create table made (a int, b int);",
    "0002_indexes":
      "-- no transaction\ncreate index concurrently made_a on made (a);\ncreate index concurrently made_b on made (b);\n",
    "0003_later": "create table later (a int);",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, `${name}.sql`), text);
  const url = new URL(direct.postgres);
  const database = `${url.pathname.slice(1)}_target`;
  const admin = new pg.Client(direct.postgres);
  await admin.connect();
  await admin.query(`create database ${database} template template0`);
  url.pathname = database;
  try {
    await migrateTo(url.href, ["0001_made", "0002_indexes"], dir);
    const client = new pg.Client(url.href);
    await client.connect();
    const { rows } = await client.query(
      "select relname from pg_class where relname ~ '^(made|later)' and relnamespace = 'public'::regnamespace order by 1",
    );
    await client.end();
    expect(rows.map(({ relname }) => relname)).toEqual(["made", "made_a", "made_b"]);
  } finally {
    await admin.query(`drop database ${database} with (force)`);
    await admin.end();
    rmSync(dir, { recursive: true });
  }
});
