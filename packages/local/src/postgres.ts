import { type SpawnOptions, type StdioOptions, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { give, home as homeOf, type Owner, owner as ownerOf, programs, type Say } from "./postgres/home.ts";
import { end, launch, reap, untilReady } from "./process.ts";
import { Trouble } from "./trouble.ts";

/** `url` names the database `travel` as the superuser, for node-postgres and psql. */
export type PostgresServer = { url: string; stop: () => Promise<void> };

/**
 * Without `dir` the data is deleted after the server's end; `fresh` empties it first. `settings` go to postgresql.conf.
 * `address` is where the last run on this data answered: it is named where that run goes on.
 */
export type Options = {
  dir?: string;
  fresh?: boolean;
  address?: string | undefined;
  settings?: Record<string, string>;
  say?: Say;
};

/** Settings that make tests fast. A crash may lose data. */
export const notDurable = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };

/**
 * Starts a PostgreSQL 18 on a free port of 127.0.0.1, and creates its data when `dir` is empty. It is durable unless
 * `settings` say otherwise, and ends with this process, also when this process is killed.
 * @throws Trouble with the last lines of the server's log when it does not start
 */
export async function startPostgres({
  dir,
  fresh,
  address,
  settings,
  say = console.error,
}: Options): Promise<PostgresServer> {
  const owner = ownerOf();
  const home = homeOf(dir, owner, say);
  const bin = join(programs(owner, say), "bin");
  // Without the developer's own PG* variables, and with messages that do not depend on the language of the machine.
  const run = { ...owner, cwd: home, env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" } };
  const data = join(home, "data");
  await reap(join(data, "postmaster.pid"), data, address);
  if (fresh) fs.rmSync(data, { recursive: true, force: true });
  if (!fs.existsSync(data)) await create(bin, home, owner, run);

  const port = await freePort();
  const log = join(home, "postgres.log");
  const logged = fs.openSync(log, "w");
  const all = { listen_addresses: "127.0.0.1", unix_socket_directories: "", timezone: "UTC", ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const password = fs.readFileSync(join(home, "password"), "utf8");
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/travel`;
  const stdio: StdioOptions = ["ignore", logged, logged];
  const child = launch(join(bin, "postgres"), ["-D", data, "-p", String(port), ...flags], { ...run, stdio });
  const stop = async () => {
    await end(child);
    if (dir === undefined) removeLater(home);
  };
  const ready = await untilReady(child, () => opens(url)).finally(() => fs.closeSync(logged));
  if (ready) return { url, stop };
  const lines = fs.readFileSync(log, "utf8").trim().split("\n").slice(-12).join("\n");
  await stop();
  throw new Trouble(`Postgres did not start. Its own last lines:\n${lines}`);
}

/**
 * Creates the data in another folder and moves it afterwards, so that a killed initdb leaves no folder that looks
 * complete.
 */
async function create(bin: string, home: string, owner: Owner, run: SpawnOptions): Promise<void> {
  const unfinished = join(home, "data.part");
  const passwordFile = join(home, "password");
  for (const path of [unfinished, passwordFile]) fs.rmSync(path, { recursive: true, force: true });
  fs.writeFileSync(passwordFile, randomBytes(18).toString("base64url"), { mode: 0o600 });
  give(passwordFile, owner);
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  const login = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  const args = [`--pgdata=${unfinished}`, ...login, ...locale];
  const child = launch(join(bin, "initdb"), args, { ...run, stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr?.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Trouble(`initdb failed.\n${output}`);
  fs.renameSync(unfinished, join(home, "data"));
}

/** Removes a folder in a process of its own: the files of some hundred databases take half a minute. */
function removeLater(folder: string): void {
  const script = "fs.rmSync(process.argv[1], { recursive: true, force: true })";
  spawn(process.execPath, ["-e", script, folder], { detached: true, stdio: "ignore" }).unref();
}

/** Tells whether the server accepts connections. The first successful call creates the database. */
async function opens(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url.replace(/travel$/, "postgres") });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query("select from pg_database where datname = 'travel'");
    if (rowCount === 0) await client.query("create database travel");
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
