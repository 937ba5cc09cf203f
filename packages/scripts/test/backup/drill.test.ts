import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as Analytics from "@travel-conductor/core/analytics";
import { sql } from "@travel-conductor/core/base/db";
import * as Fare from "@travel-conductor/core/fare";
import * as a from "@travel-conductor/core/test/factory";
import { alertsOf, hour, sweep } from "@travel-conductor/core/test/sweep";
import * as Traveler from "@travel-conductor/core/traveler";
import { direct } from "@travel-conductor/local/testing";
import { generateIdentity, identityToRecipient } from "age-encryption";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import tables from "../../../core/tables.json" with { type: "json" };
import { migrationsOf, tablesOf } from "../../src/backup/catalog.ts";
import { connect } from "../../src/backup/connect.ts";
import { digestOf } from "../../src/backup/copy.ts";
import { dump } from "../../src/backup/dump.ts";
import { check, load } from "../../src/backup/load.ts";
import { read } from "../../src/backup/reader.ts";
import { checkMigrations, migrateTo } from "../../src/backup/target.ts";
import { dump as schemaOf } from "../../src/schema.ts";

const folder = fs.mkdtempSync(join(tmpdir(), "backup-"));
const file = join(folder, "travel.backup");
const admin = new pg.Client(direct.postgres);
const made: string[] = [];
let identity = "";
let recipients: string[] = [];

beforeAll(async () => {
  await admin.connect();
  identity = await generateIdentity();
  recipients = [await identityToRecipient(identity), await identityToRecipient(await generateIdentity())];
});

afterAll(async () => {
  for (const name of made) await admin.query(`drop database ${name} with (force)`);
  await admin.end();
  fs.rmSync(folder, { recursive: true });
});

/** An empty database on the server of the test. */
async function emptyDatabase(): Promise<string> {
  const { url, name } = newDatabase();
  await admin.query(`create database ${name} template template0`);
  return url;
}

/** The address of a database on the server of the test that does not exist yet. */
function newDatabase(): { url: string; name: string } {
  const url = new URL(direct.postgres);
  const name = `${url.pathname.slice(1)}_${made.length + 1}`;
  made.push(name);
  url.pathname = name;
  return { url: url.href, name };
}

/** Each table with its digest, and which of its triggers fire. */
async function contents(databaseUrl: string) {
  const client = await connect(databaseUrl);
  const digests = [];
  for (const table of await tablesOf(client)) digests.push({ ...table, ...(await digestOf(client, table)) });
  const { rows: triggers } = await client.query(
    "select tgrelid::regclass::text, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2",
  );
  const { rows: sequences } = await client.query("select sequencename, last_value from pg_sequences order by 1");
  await client.end();
  return { digests, triggers, sequences: sequences.filter(({ sequencename }) => sequencename !== "migrations_id_seq") };
}

/** Writes a copy of the backup that has other bytes. */
function altered(name: string, change: (bytes: Buffer) => Buffer): string {
  const path = join(folder, name);
  fs.writeFileSync(path, change(fs.readFileSync(file)));
  return path;
}

const erika = { givenName: "Erika", familyName: "Mustermann", bornOn: "1964-08-12", gender: "f", title: "ms" };
const paper = { type: "passport", number: "C01X00T47", country: "DE", expiresOn: "2099-01-01" };
const at = (hours: number) => new Date(a.noon.getTime() + hours * hour);
const email = "zoe@example.com";
const hostile = 'tab\t newline\n \\N \\. quote" null \u0001 \u202e 😀';

test("restores each row of each table, also after a kill, and the product reads them", async () => {
  const owner = await a.proven({ email, firstName: "Zoë" });
  const watch = await a.watch({ rules: { target: "90.00" } }, { userId: owner });
  await Fare.maintainPartitions(a.noon);
  await Analytics.maintain(a.noon);
  await sweep(at(1), { [watch.name]: 100_00 });
  await sweep(at(2), { [watch.name]: 80_00 });
  const alerts = await alertsOf(owner);
  expect(alerts).toHaveLength(1);
  const traveler = await Traveler.create(owner, erika, new Date());
  await Traveler.addDocument(owner, traveler.id, paper, new Date());
  await sql`update users set last_name = ${hostile} where users.id = ${owner}`;
  await sql`update messages set data = ${JSON.stringify({ hostile, long: "ü".repeat(1_000_000) })} where messages.user_id = ${owner}`;
  await sql`select setval('forecasts_id_seq', 41)`;

  const before = await contents(direct.postgres);
  expect(await dump({ databaseUrl: direct.postgres, place: file, recipients })).toContain("tables");
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(folder)).toEqual(["travel.backup"]);
  expect(fs.readFileSync(file).includes(email)).toBe(false);
  expect(await check({ place: file, identities: [identity] })).toContain("is whole");

  const databaseUrl = await emptyDatabase();
  await killHalfWay(databaseUrl);
  const early = new pg.Client(databaseUrl);
  await early.connect();
  // Who signs in to half of a database finds no account, rather than none of theirs.
  await expect(early.query("select from users")).rejects.toThrow('relation "users" does not exist');
  await early.end();
  const damaged = altered("damaged", (bytes) => flip(bytes, bytes.length - 400));
  const target = { databaseUrl, identities: [identity] };
  await expect(load({ ...target, place: damaged })).rejects.toThrow("This backup is damaged");
  const { kept } = await load({ ...target, place: file });
  expect(kept).toBeGreaterThan(20);
  expect(await contents(databaseUrl)).toEqual(before);
  expect(await schemaOf(databaseUrl)).toBe(await schemaOf(direct.postgres));

  const link = new URL(process.env.DATABASE_URL!);
  link.pathname = new URL(databaseUrl).pathname;
  vi.stubEnv("DATABASE_URL", link.href);
  vi.resetModules();
  const User = await import("@travel-conductor/core/user");
  const Watch = await import("@travel-conductor/core/watch");
  const restored = await import("@travel-conductor/core/traveler");
  expect(await User.login({ email, password: a.password }, new Date())).toMatchObject({ user: { id: owner } });
  expect((await Watch.history(owner, watch.id, {}, a.noon)).items).toHaveLength(2);
  expect(await restored.list(owner, {}, new Date())).toMatchObject({ items: [{ familyName: "Mustermann" }] });
  // As packages/docs/backup.md says for letters that may have been sent since.
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const dropped = await client.query(
    "update messages set status = 'dropped', email = null, data = null, words = null, settled_at = now() where status = 'pending'",
  );
  await client.end();
  expect(dropped.rowCount).toBeGreaterThan(0);
  // It starts a process and runs every migration.
}, 60_000);

test("takes nothing that is not a whole backup for the key that it is opened with", async () => {
  const identities = [identity];
  const ends = framesIn(fs.readFileSync(file));
  const refused = async (name: string, change: (bytes: Buffer) => Buffer, message: string) =>
    expect(check({ place: altered(name, change), identities }), name).rejects.toThrow(message);
  const cutAt = async (end: number) => refused(`cut at ${end}`, (bytes) => bytes.subarray(0, end), "is cut");
  for (const end of [ends[0]!, ends[1]!, ends[1]! + 2, ends[1]! + 30, ends.at(-2)!, ends.at(-1)! - 1]) await cutAt(end);
  for (const place of [ends[1]! + 9, ends[20]! + 7, ends.at(-1)! - 1])
    await refused(`flipped ${place}`, (bytes) => flip(bytes, place), "is damaged");
  const [one, two, three] = ends.slice(3, 6);
  const swap = (bytes: Buffer) =>
    Buffer.concat([
      bytes.subarray(0, one),
      bytes.subarray(two, three),
      bytes.subarray(one, two),
      bytes.subarray(three),
    ]);
  await refused("swapped", swap, "is damaged");
  await refused("longer", (bytes) => Buffer.concat([bytes, Buffer.from("x")]), "is damaged");
  await refused("empty", () => Buffer.alloc(0), "is no backup");
  await refused("another format", (bytes) => flip(bytes, "travel-conductor backup ".length), "has format");

  const databaseUrl = await emptyDatabase();
  const other = [await generateIdentity()];
  await expect(load({ databaseUrl, place: file, identities: other })).rejects.toThrow("does not open this backup");
  await expect(load({ databaseUrl, place: file, identities: [] })).rejects.toThrow("BACKUP_IDENTITY_FILE");
  await expect(load({ databaseUrl: direct.postgres, place: file, identities })).rejects.toThrow("is not empty");
  expect(() => checkMigrations(["0001_account", "9999_later"])).toThrow("does not know: 9999_later");
  await expect(connect("postgresql://u:p@ep-x-pooler.eu.aws.neon.tech/db")).rejects.toThrow("Take the direct address");
  const client = await connect(databaseUrl);
  const { rows } = await client.query("select from pg_class where relnamespace = 'public'::regnamespace");
  await client.end();
  expect(rows).toEqual([]);
});

test("has every table that the product has, in clear text too", async () => {
  const place = join(folder, "clear.backup");
  await expect(dump({ databaseUrl: direct.postgres, place: file, recipients })).rejects.toThrow("exists already");
  fs.writeFileSync(`${place}.999999999.0123abcd.part`, "left by a run that was killed");
  await dump({ databaseUrl: direct.postgres, place, recipients: [] });
  expect(fs.readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  expect(await check({ place, identities: [] })).toContain("is whole");
  const { records } = await read(fs.createReadStream(place), []);
  const first = (await records.next()).value;
  const manifest = first?.kind === "manifest" ? first.manifest : undefined;
  const names = new Set(manifest?.tables.map(({ name, parent }) => parent ?? name));
  expect([...names].sort()).toEqual(Object.keys(tables.tables).sort());
  expect(manifest?.migrations).toContain("0001_account");
});

test("restores a backup of an earlier schema, and then migrates it", async () => {
  const [from, to] = [await emptyDatabase(), newDatabase().url];
  const all = await migrationsIn(direct.postgres);
  await migrateTo(from, all.slice(0, -2));
  const client = new pg.Client(from);
  await client.connect();
  await client.query("insert into data_keys (version, wrapped) values (1, 'sealed')");
  await client.end();
  const place = join(folder, "early.backup");
  await dump({ databaseUrl: from, place, recipients: [] });
  expect((await load({ databaseUrl: to, place, identities: [] })).text).toContain(
    `migrated ${all.slice(-2).join(", ")}`,
  );
  expect(await migrationsIn(to)).toEqual(all);
  const restored = await contents(to);
  expect(restored.digests.find(({ name }) => name === "data_keys")?.rows).toBe(1);
}, 60_000);

async function migrationsIn(databaseUrl: string): Promise<string[]> {
  const client = await connect(databaseUrl);
  return migrationsOf(client).finally(() => client.end());
}

test("leaves nothing of a backup that was cut", async () => {
  const place = join(folder, "ended.backup");
  const names = () => fs.readdirSync(folder).filter((name) => name.startsWith("ended"));
  // Sequences are read after all rows: there the backup waits, until its connection ends.
  await admin.query("begin; alter sequence forecasts_id_seq rename to locked");
  const dumping = dump({ databaseUrl: direct.postgres, place, recipients });
  const waiting = `
    select pid
      from pg_locks
     where not granted
       and database = (select oid from pg_database where datname = current_database())`;
  while ((await admin.query(waiting)).rowCount === 0);
  expect(names()).toEqual([expect.stringMatching(/\.part$/)]);
  await admin.query(`select pg_terminate_backend(pid) from (${waiting}) as waiting`);
  await expect(dumping).rejects.toThrow("The backup was cut");
  expect(names()).toEqual([]);
  await admin.query("rollback");
});

/** Where the header ends, and each frame. */
function framesIn(bytes: Buffer): number[] {
  const ends = [bytes.indexOf("\n", bytes.indexOf("\n") + 1) + 1];
  while (ends.at(-1)! < bytes.length) ends.push(ends.at(-1)! + 4 + bytes.readUInt32BE(ends.at(-1)!));
  return ends;
}

function flip(bytes: Buffer, place: number): Buffer {
  bytes[place]! ^= 1;
  return bytes;
}

/** Restores in a process of its own, which gets half of the backup and is killed when it has noted some tables. */
async function killHalfWay(databaseUrl: string): Promise<void> {
  const key = join(folder, "key");
  fs.writeFileSync(key, `# a comment\n${identity}\n`);
  const [boot, script] = ["../../../local/boot.mjs", "../../src/restore.ts"].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const env = { ...process.env, DATABASE_URL: databaseUrl, BACKUP_IDENTITY_FILE: key };
  // A group of processes of its own, which is killed as a whole.
  const restoring = spawn(process.execPath, [boot!, "--all", "script", script!, "-"], {
    env,
    stdio: ["pipe", "ignore", "inherit"],
    detached: true,
  });
  // What it has not read when it is killed.
  restoring.stdin.on("error", () => undefined);
  const exit = once(restoring, "exit");
  const bytes = fs.readFileSync(file);
  restoring.stdin.write(bytes.subarray(0, bytes.length * 0.7));
  const client = new pg.Client(databaseUrl);
  await client.connect();
  // Waits in the server, so that the restore has the processor.
  const noted = "select count(*)::int as count from restore.tables, pg_sleep(0.02)";
  const count = async () => (await client.query(noted).catch(() => ({ rows: [{ count: 0 }] }))).rows[0].count;
  while ((await count()) < 20 && restoring.exitCode === null);
  process.kill(-restoring.pid!, "SIGKILL");
  expect(await exit).toEqual([null, "SIGKILL"]);
  await client.end();
}
