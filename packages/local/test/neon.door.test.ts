import { sql } from "@travel-conductor/core/base/db";
import { env } from "@travel-conductor/core/base/env";
import { direct } from "@travel-conductor/local/testing";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startNeon } from "../src/neon.ts";

const observer = new pg.Client({ connectionString: direct.postgres });
beforeAll(() => observer.connect());
afterAll(() => observer.end());

const endpoint = env.DATABASE_HTTP_ENDPOINT!;
const good = { "neon-connection-string": env.DATABASE_URL };

function post(body: string, headers: Record<string, string> = good): Promise<Response> {
  return fetch(endpoint, { method: "POST", body, headers });
}

/** Answers correctly after every request before it. */
async function answers(): Promise<void> {
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
}

test("resets settings, locks, prepared statements, temporary tables and transactions between requests", async () => {
  await sql`set statement_timeout = '1ms'`;
  await sql`select set_config('application.user', 'somebody', false), pg_advisory_lock(7)`;
  await sql`create temporary table leftover as select 1`;
  await sql`prepare leftover as select 1`;
  await sql`listen leftover`;
  await sql`begin`;
  await expect(sql`select 1 from nowhere`).rejects.toMatchObject({ code: "42P01" });

  const seen = await Promise.all(
    Array.from(
      { length: 40 },
      () => sql`
      select current_setting('statement_timeout') as timeout,
             coalesce(current_setting('application.user', true), '') as who,
             to_regclass('leftover') as leftover,
             (select count(*)::int from pg_prepared_statements where not from_sql is null and name = 'leftover') as prepared,
             (select count(*)::int from pg_listening_channels()) as heard`,
    ),
  );
  const clean = { timeout: "0", who: "", leftover: null, prepared: 0, heard: 0 };
  expect(new Set(seen.flat().map((row) => JSON.stringify(row)))).toEqual(new Set([JSON.stringify(clean)]));
  await expect.poll(() => leftovers()).toEqual({ locks: 0, open: 0 });
});

async function leftovers(): Promise<unknown> {
  const { rows } = await observer.query(`
    select (select count(*)::int from pg_locks where locktype = 'advisory' and objid = 7) as locks,
           (select count(*)::int
              from pg_stat_activity
             where datname = current_database()
               and state like 'idle in transaction%') as open`);
  return rows[0];
}

test("answers hundreds of concurrent requests, each with its own result", async () => {
  const asked = Array.from({ length: 400 }, (_, i) => i);
  const answers = await Promise.all(asked.map((i) => sql`select ${i}::int as i, pg_sleep(0.005)`));
  expect(answers.map(([row]) => row!.i)).toEqual(asked);
});

test("returns long parameters and long answers complete", async () => {
  const codes = Array.from({ length: 5_000 }, (_, i) => `${i} ü`);
  const rows =
    await sql`select code, upper(code) as upper from unnest(${codes}::text[]) with ordinality as t (code, i) order by i`;
  expect(rows.map((row) => row.code)).toEqual(codes);
  const long = "é".repeat(8_000_000);
  const [echo] = await sql`select ${long}::text as echo, length(${long}::text) as length`;
  expect(echo!.length).toBe(8_000_000);
  expect(echo!.echo === long).toBe(true);
});

test("refuses requests and answers of more than 64 MB", async () => {
  await expect(sql`select length(${"x".repeat(65 * 1024 * 1024)})`).rejects.toThrow("HTTP status 413");
  await expect(sql`select repeat('x', 65 * 1024 * 1024)`).rejects.toThrow("HTTP status 507");
  await answers();
});

const other = (change: (url: URL) => void): Record<string, string> => {
  const url = new URL(env.DATABASE_URL);
  change(url);
  return { "neon-connection-string": url.href };
};

test("accepts only the right user and password, with any host in the connection string", async () => {
  const wrong = [
    other((url) => Object.assign(url, { password: "wrong" })),
    other((url) => Object.assign(url, { password: "" })),
    other((url) => Object.assign(url, { username: "somebody" })),
  ];
  for (const headers of wrong) {
    const response = await post('{"query":"select 1"}', headers);
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code: "28P01" })]);
  }
  expect((await post('{"query":"select 1"}', {})).status).toBe(400);
  expect((await post('{"query":"select 1"}', { "neon-connection-string": "nonsense" })).status).toBe(400);
  const elsewhere = await post(
    '{"query":"select 1"}',
    other((url) => Object.assign(url, { host: "elsewhere.example:1" })),
  );
  expect(elsewhere.status).toBe(200);
  const missing = await post(
    '{"query":"select 1"}',
    other((url) => Object.assign(url, { pathname: "/missing" })),
  );
  expect([missing.status, await missing.json()]).toEqual([400, expect.objectContaining({ code: "3D000" })]);
});

test.each([
  "",
  "{",
  "null",
  "7",
  "[]",
  "{}",
  '{"query":7}',
  '{"query":"select 1\\u0000"}',
  '{"query":"select 1","params":{}}',
  '{"query":"select $1","params":[{}]}',
  '{"queries":{}}',
  '{"queries":[null]}',
  '{"queries":[{"query":"select 1"},{"query":null}]}',
  '{"query":"copy pg_class from stdin"}',
  '{"queries":[{"query":"commit"},{"query":"select 1/0"}]}',
  '{"query":"select pg_terminate_backend(pg_backend_pid())"}',
  `{"query":"select 1","params":[${Array(65_536).fill('"x"')}]}`,
])("refuses an invalid body and answers the next request: %.60s", async (body) => {
  const response = await post(body);
  expect(response.status).toBe(400);
  expect(await response.json()).toHaveProperty("message");
  await answers();
});

test.each([
  ["neon-batch-isolation-level", "constructor"],
  ["neon-batch-isolation-level", "serializable; drop table users"],
  ["neon-batch-read-only", "yes"],
  ["neon-batch-deferrable", ""],
])("refuses a transaction mode that does not exist: %s: %s", async (name, value) => {
  const response = await post('{"queries":[{"query":"select 1"}]}', { ...good, [name]: value });
  expect(response.status).toBe(400);
  await answers();
});

test("answers only POST", async () => {
  expect((await fetch(endpoint, { headers: good })).status).toBe(405);
});

test("asks for a password in front of a server that has none, and answers 503 when the server is down", async () => {
  const gateway = await startNeon("postgresql://somebody@127.0.0.1:1/x?sslmode=disable", "stand-in");
  expect(gateway.connection).toBe("postgresql://somebody:stand-in@127.0.0.1:1/x?sslmode=disable");
  const ask = (connection: string) =>
    fetch(gateway.url, {
      method: "POST",
      headers: { "neon-connection-string": connection },
      body: '{"query":"select"}',
    });
  expect((await ask(gateway.connection)).status).toBe(503);
  expect((await ask("postgresql://somebody@127.0.0.1:1/x")).status).toBe(400);
  await gateway.stop();
});

test("stops at once while a statement runs", async () => {
  const gateway = await startNeon(direct.postgres, "");
  const headers = { "neon-connection-string": gateway.connection };
  const hanging = fetch(gateway.url, { method: "POST", headers, body: '{"query":"select pg_sleep(600)"}' });
  hanging.catch(() => undefined);
  const running = "select from pg_stat_activity where query like 'select pg_sleep(600)%'";
  await expect.poll(async () => (await observer.query(running)).rowCount).toBe(1);
  await gateway.stop();
  await expect(hanging).rejects.toThrow("fetch failed");
  await expect.poll(async () => (await observer.query(running)).rowCount).toBe(0);
});
