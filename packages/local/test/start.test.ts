import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { direct } from "@travel-conductor/local/testing";
import { expect, test, vi } from "vitest";
import { dir, ended, environmentOf, query, run, up, watched } from "./support/run.ts";

vi.setConfig({ testTimeout: 120_000 });

const root = fileURLToPath(new URL("../../..", import.meta.url));

test("starts once, keeps its data when it stops or is killed, and releases everything", async () => {
  const first = run(["start"]);
  const { api, database } = await up(first);
  expect((await fetch(`${api}/health`)).status).toBe(200);
  expect((await fetch(`${api}/docs`)).status).toBe(200);
  // As the distribution in the cloud compresses them.
  const codings = ["gzip, br", "gzip", "identity"].map(async (coding) => {
    const answer = await fetch(`${api}/client.css`, { headers: { "accept-encoding": coding } });
    return [answer.headers.get("content-encoding"), (await answer.text()).length > 1_000];
  });
  expect(await Promise.all(codings)).toEqual([
    ["br", true],
    ["gzip", true],
    [null, true],
  ]);
  await query(database, "create table kept (a int)");
  const twice = run(["start"]);
  expect(await ended(twice.child)).toBe(1);
  expect(twice.output()).toContain(`already running here at ${api}, as process ${first.child.pid}`);
  expect((await fetch(`${api}/health`)).status).toBe(200);
  expect(await ended(first.child, "SIGINT")).toBe(0);
  await expect(query(database, "select")).rejects.toThrow("ECONNREFUSED");
  await expect(fetch(`${api}/health`)).rejects.toThrow("fetch failed");

  const second = run(["start", "--bare"]);
  const { database: killed } = await up(second);
  expect((await query(killed, "select from kept")).rowCount).toBe(0);
  await ended(second.child, "SIGKILL");

  const third = run(["start", "--bare"]);
  const { api: again, database: kept } = await up(third);
  await expect(query(killed, "select")).rejects.toThrow("ECONNREFUSED");
  expect((await fetch(`${again}/health`)).status).toBe(200);
  expect((await query(kept, "select from kept")).rowCount).toBe(0);
  expect(await ended(third.child, "SIGTERM")).toBe(0);
});

test("ends with npm, also when a signal reaches npm alone", async () => {
  const npm = watched(spawn("npm", ["start"], { env: environmentOf(), detached: true, cwd: root }));
  const { api, database } = await up(npm);
  await ended(npm.child, "SIGTERM");
  await expect.poll(() => query(database, "select").then(() => "up", String), { timeout: 20_000 }).toContain("ECONN");
  await expect(fetch(`${api}/health`)).rejects.toThrow("fetch failed");
});

test("shares a large sweep with helpers that receive its tickets", async () => {
  const { child, output } = run(["start", "--fresh", "--bare"], { FLIGHT_CALLS_UNPROVEN: "100000" });
  const { database } = await up({ child, output });
  // The data of the tests before is gone.
  await expect(query(database, "select from kept")).rejects.toThrow("does not exist");
  await query(
    database,
    `with new_user as (
       insert into users (id, email, email_key, password_hash, first_name, last_name)
       values ('usr_1', 'ada@example.com', 'ada@example.com', '-', 'Ada', 'Ling') returning id
     ), made as (
       insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at)
       select 'far_' || n, 'STN', 'BGY', current_date + 20 + n % 300, 'economy', 1 + n / 300, 'GBP', now()
         from generate_series(1, 2500) as n
       returning id
     ), watched as (
       insert into price_watches (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price)
       select 'wch_' || n, new_user.id, 'STN', 'BGY', current_date + 20 + n % 300, 'economy', 1 + n / 300, 'GBP', 1
         from new_user, generate_series(1, 2500) as n
     )
     insert into watch_fares (watch_id, fare_id, wake_below)
     select 'wch_' || n, 'far_' || n, 1
       from generate_series(1, 2500) as n`,
  );
  const priced = async () =>
    (await query(database, "select count(*)::int as n, count(distinct fare_id)::int as fares from price_observations"))
      .rows;
  await expect.poll(priced, { timeout: 60_000 }).toEqual([{ n: 2500, fares: 2500 }]);
  await expect.poll(output).toContain('"sweep.helped"');
  expect(await ended(child, "SIGINT")).toBe(0);
});

test("names a port that is in use, and how to choose another one", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { child, output } = run(["start"], { PORT: String(port) });
  expect(await ended(child)).toBe(1);
  expect(output()).toBe(`Port ${port} is taken by another program. Choose another one: PORT=${port + 1} npm start\n`);
  other.close();
});

test.each([
  [["start", "--frsh"], {}, "--frsh"],
  [["start"], { PORT: "http" }, "PORT must be 0 to 65535, not http"],
  [["start"], { DATABASE_URL: "postgresql://somebody:secret@127.0.0.1:1/x" }, "DATABASE_URL names does not let us in"],
  [
    ["start"],
    { DATABASE_URL: direct.postgres, REDIS_URL: "redis://127.0.0.1:1" },
    "REDIS_URL names does not let us in",
  ],
  [["start", "--fresh"], { DATABASE_URL: direct.postgres }, "yours to empty"],
  [["script", "packages/scripts/src/migrate.ts"], {}, "DATABASE_URL is not set"],
  [["script", "packages/scripts/src/seed.ts"], {}, "DATABASE_URL is not set"],
  [["tool", "nosuch"], {}, "There is no tool nosuch"],
  [["tool"], {}, "Use: node packages/local/boot.mjs"],
  [["sing"], {}, "start | test | verify | tool | script | run"],
])("explains what is wrong with boot.mjs %j and %j", async (args, environment, message) => {
  const { child, output } = run(args, environment);
  expect(await ended(child)).toBe(1);
  expect(output()).toContain(message);
  expect(output()).not.toContain("secret");
  expect(output()).not.toMatch(/^ +at /m);
});

test("uses the servers of DATABASE_URL and REDIS_URL instead of its own", async () => {
  const environment = { DATABASE_URL: direct.postgres, REDIS_URL: direct.redis, DATA_DIR: join(dir, "untouched") };
  const { child, output } = run(["start", "--bare"], environment);
  const { api } = await up({ child, output });
  expect((await fetch(`${api}/health`)).status).toBe(200);
  await expect(readFile(join(dir, "untouched", "postgres"))).rejects.toThrow("ENOENT");
  expect(await ended(child, "SIGINT")).toBe(0);
});

test("runs a script on its own seeded database, drops it afterwards, and returns the script's exit code", async () => {
  const script = fileURLToPath(new URL("fixture/script.ts", import.meta.url));
  const { child, output } = run(["run", script, "7"], { DATABASE_URL: direct.postgres });
  expect(await ended(child)).toBe(7);
  const [, database] = /^(travel_run_\w+) is seeded$/m.exec(output())!;
  const left = await query(direct.postgres, `select from pg_database where datname = '${database}'`);
  expect(left.rowCount).toBe(0);
});
