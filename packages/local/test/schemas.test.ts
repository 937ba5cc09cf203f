import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { direct } from "@travel-conductor/local/testing";
import { migrate } from "@travel-conductor/scripts/migrate";
import { seed } from "@travel-conductor/scripts/seed";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

// A database of this file's own, which begins with the schema before the newest migration.
const name = `old_${process.pid}`;
const url = Object.assign(new URL(direct.postgres), { pathname: `/${name}` }).href;
process.env.DATABASE_URL = Object.assign(new URL(process.env.DATABASE_URL ?? ""), { pathname: `/${name}` }).href;
const admin = new pg.Client({ connectionString: direct.postgres });
const folder = fileURLToPath(new URL("../../core/migrations", import.meta.url));

/** A session of a person, from sign-up to deletion, and what machines send meanwhile. */
const session = [
  ...["POST /v1/auth/signup", "POST /v1/auth/login", "GET /v1/me", "PATCH /v1/me", "POST /v1/auth/verify"],
  ...["POST /v1/auth/passkey", "POST /v1/me/keys", "GET /v1/me/sessions", "GET /v1/airports", "GET /v1/flights"],
  ...["GET /v1/flights/calendar", "POST /v1/watches", "GET /v1/watches", "PATCH /v1/watches/{id}"],
  ...["GET /v1/watches/{id}/overview", "GET /v1/alerts", "PATCH /v1/alerts/{id}", "POST /v1/channels"],
  ...["POST /v1/channels/{id}/test", "POST /v1/travelers", "POST /v1/bookings", "GET /v1/bookings/{id}"],
  ...["POST /v1/links/unsubscribe", "POST /v1/me/export", "GET /v1/places/{code}/tips", "DELETE /v1/me"],
];

const outdated = "503 service.outdated";
/** Postgres's codes for a table, a column or a function that is not there. */
const missing = ["42P01", "42703", "42883"];

/** Sends a good request of each operation, and returns what was not answered well: its status and code. */
async function problems(operations: string[]): Promise<Record<string, string>> {
  const { call } = await import("../../functions/test/support/client.ts");
  const { good } = await import("../../functions/test/support/requests.ts");
  const found: Record<string, string> = {};
  const send = async (operation: string) => {
    const { path, ...sent } = (await good[operation]?.()) ?? { path: "/nowhere" };
    const answer = await call(operation.split(" ")[0] ?? "", path, sent);
    const body = await answer.text();
    if (answer.status >= 400) found[operation] = `${answer.status} ${JSON.parse(body).code}`;
  };
  // What a request needs, such as an account, is made by requests and verbs too.
  const sendOrNot = (operation: string) =>
    send(operation).catch((error: Error & { code?: string }) => {
      if (!missing.includes(error.code ?? "") && !error.message.includes("service.outdated")) throw error;
      found[operation] = outdated;
    });
  await Promise.all(operations.map(sendOrNot));
  return found;
}

let old: string;
let newest: string;
beforeAll(async () => {
  await admin.connect();
  await admin.query(`create database ${name}`);
  old = await mkdtemp(join(tmpdir(), "migrations-"));
  await cp(folder, old, { recursive: true });
  newest =
    (await readdir(old))
      .filter((file) => !file.endsWith("_finish.sql"))
      .sort()
      .at(-1) ?? "";
  await rm(join(old, newest));
  await migrate(url, { dir: old });
  // Tables and columns of the newest migration have none of their rows yet.
  await seed(url).catch((error: { code?: string }) => expect(missing).toContain(error.code));
}, 60_000);
afterAll(async () => {
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
  await rm(old, { recursive: true });
});

test("new code on the schema before the newest migration serves what does not need it, and refuses the rest whole", async () => {
  const found = await problems([...session, "GET /v1/search", "GET /v1/help", "GET /v1/places/{code}"]);
  expect(Object.values(found).filter((problem) => problem !== outdated)).toEqual([]);
  const open = ["GET /v1/flights", "GET /v1/airports"];
  expect(open.filter((operation) => operation in found)).toEqual([]);
}, 60_000);

test("the same process serves the session once that migration has run, and on a later schema with more columns in every table and others to fill", async () => {
  expect(await migrate(url)).toEqual([basename(newest, ".sql")]);
  await seed(url);
  expect(await problems(session)).toEqual({});
  const later = new pg.Client({ connectionString: url });
  await later.connect();
  const { rows } = await later.query<{ name: string }>(
    `select relname as name
       from pg_class
      where relnamespace = 'public'::regnamespace
        and relkind in ('r', 'p')
        and not relispartition
        and relname <> 'migrations'`,
  );
  expect(rows.length).toBeGreaterThan(70);
  for (const { name } of rows) {
    await later.query(`alter table ${name} add column later_a text, add column later_b int not null default 7`);
  }
  await later.query("create table later (user_id text not null references users on delete cascade)");
  await later.end();
  expect(await problems(session)).toEqual({});
}, 60_000);
