import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { Refused } from "../command.ts";
import { migrate } from "../migrate.ts";
import { columnList, connect, createMissing, tableName } from "./connect.ts";
import { digestOf } from "./copy.ts";
import { RowDigest } from "./digest.ts";
import { openInput } from "./place.ts";
import { Progress } from "./progress.ts";
import { type Records, read } from "./reader.ts";
import type { End, Manifest, Record, Table, TableEnd } from "./record.ts";
import { type Copied, checkMigrations, complete, prepare, release, take } from "./target.ts";

export type Load = {
  databaseUrl: string;
  /** A file, `s3://bucket/key`, or `-` for the standard input. */
  place: string;
  /** Keys of age; not looked at for a backup in clear text. */
  identities: string[];
  say?: (line: string) => void;
};

/**
 * Restores a backup into an empty database, which is created where there is none, and brings it to the newest schema. A table is copied and noted in one
 * transaction, so that a restore that was cut goes on with the first table that is not noted. Each table is then read
 * again, beside the copy of the next one, and must have the rows and the digest of the backup.
 * @returns what was restored, and how many tables were there already
 */
export async function load({
  databaseUrl,
  place,
  identities,
  say = () => undefined,
}: Load): Promise<{ text: string; kept: number }> {
  const input = await openInput(place);
  const clients: Client[] = [];
  try {
    const { header, records } = await read(input, identities);
    const manifest = await manifestOf(records);
    checkMigrations(manifest.migrations);
    const progress = new Progress(manifest.tables.length, say);
    await createMissing(databaseUrl);
    const client = await connect(databaseUrl);
    const reader = await connect(databaseUrl);
    clients.push(client, reader);
    // A crash of the server loses the last tables together with their notes. The end waits until all is on the disk.
    for (const each of clients) await each.query("set synchronous_commit = off");
    const copied = await take(client, header.id);
    const kept = copied.size;
    if (kept > 0) say(`Going on: ${kept} of ${manifest.tables.length} tables were copied before.`);
    await prepare(client, databaseUrl, manifest);
    const end = await copyIn(client, reader, records, manifest, copied, progress);
    say("All tables are verified.");
    await complete(client, end.sequences, say);
    await release(client);
    say(`The data of ${manifest.takenAt} is complete. Bringing it to the newest schema.`);
    const names = await migrate(databaseUrl, { finish: false }).catch((error: Error) => {
      throw new Refused(`The data is complete, but a migration failed: run npm run migrate. ${error.message}`);
    });
    const later = names.length > 0 ? `; then migrated ${names.join(", ")}` : "";
    return { text: `Restored ${manifest.tables.length} tables, ${progress.total()}${later}`, kept };
  } catch (error) {
    if (error instanceof Refused) throw error;
    const why = (error as Error).message;
    throw new Refused(`The restore was cut: ${why}\nRun it again to go on with the table that it was at.`, {
      cause: error,
    });
  } finally {
    input.destroy();
    for (const client of clients) await client.end();
  }
}

/** Reads all of a backup, and compares its rows with its digests. No database is needed. */
export async function check({ place, identities, say = () => undefined }: Omit<Load, "databaseUrl">): Promise<string> {
  const input = await openInput(place);
  try {
    const { header, records } = await read(input, identities);
    const manifest = await manifestOf(records);
    const progress = new Progress(manifest.tables.length, say);
    await eachTable(records, manifest, async (table) => {
      progress.begin(table.name);
      const digest = new RowDigest();
      const end = await eachRows(records, (text, rows) => {
        digest.update(text);
        progress.add(rows, text.length);
      });
      compare(end, { name: table.name, rows: digest.rows, bytes: digest.bytes, digest: digest.value });
    });
    return `Backup ${header.id} of ${manifest.takenAt} is whole: ${manifest.tables.length} tables, ${progress.total()}`;
  } finally {
    input.destroy();
  }
}

async function manifestOf(records: Records): Promise<Manifest> {
  const record = await next(records);
  if (record.kind !== "manifest") throw unexpected(record);
  return record.manifest;
}

async function copyIn(
  client: Client,
  reader: Client,
  records: Records,
  manifest: Manifest,
  copied: Copied,
  progress: Progress,
): Promise<End> {
  /** The tables before are read again one after another while the next one is copied. A failure is thrown below. */
  let verified: Promise<unknown> = Promise.resolve();
  let failure: unknown;
  const end = await eachTable(records, manifest, async (table) => {
    if (failure) throw failure;
    progress.begin(table.name);
    const before = copied.get(table.name);
    const count = (text: Buffer, rows: number) => progress.add(rows, text.length);
    const end = before ? await eachRows(records, count) : await copyTable(client, table, records, count);
    if (before?.isVerified) return;
    verified = verified
      .then(() => verify(reader, table, end))
      .catch((error) => {
        failure ??= error;
      });
  });
  await verified;
  if (failure) throw failure;
  return end;
}

/** Copies the rows of a table and notes them, or does neither. */
async function copyTable(client: Client, table: Table, records: Records, count: (text: Buffer, rows: number) => void) {
  const name = tableName(table.name);
  // Emptied here, because a migration may have written rows, and because rows of a new file need no vacuum. No trigger
  // may fire at that either: emptying `fares` empties `fare_keys`.
  await client.query(`begin; alter table ${name} disable trigger user; truncate ${name}`);
  const rows = client.query(copyFrom(`copy ${name} (${columnList(table.columns)}) from stdin (freeze)`));
  const done = finished(rows);
  // Thrown below. The end of the connection, which takes back what was copied, fails it too.
  let failure: unknown;
  done.catch((error) => {
    failure = error;
  });
  const end = await eachRows(records, async (text, ended) => {
    count(text, ended);
    if (failure) throw failure;
    if (!rows.write(text)) await once(rows, "drain");
  });
  rows.end();
  await done;
  if (rows.rowCount !== end.rows) throw differs(end, rows.rowCount);
  await client.query(`alter table ${name} enable trigger user`);
  await client.query("insert into restore.tables (name, copied) values ($1, $2)", [table.name, JSON.stringify(end)]);
  await client.query("commit");
  return end;
}

/** Also tells the planner what is in the table. */
async function verify(reader: Client, table: Table, end: TableEnd): Promise<void> {
  const found = await digestOf(reader, table);
  if (found.rows !== end.rows || found.digest !== end.digest) {
    await reader.query("delete from restore.tables where name = $1", [table.name]);
    throw differs(end, found.rows);
  }
  await reader.query(`analyze ${tableName(table.name)}`);
  await reader.query("update restore.tables set is_verified = true where name = $1", [table.name]);
}

/** Calls `each` for each table of the manifest, whose rows it must take from the records. Returns the last record. */
async function eachTable(records: Records, manifest: Manifest, each: (table: Table) => Promise<void>): Promise<End> {
  for (const table of manifest.tables) {
    const record = await next(records);
    if (record.kind !== "table" || record.name !== table.name) throw unexpected(record);
    await each(table);
  }
  const record = await next(records);
  if (record.kind !== "end") throw unexpected(record);
  return record.end;
}

async function eachRows(
  records: Records,
  each: (text: Buffer, rows: number) => void | Promise<void>,
): Promise<TableEnd> {
  for (;;) {
    const record = await next(records);
    if (record.kind === "tableEnd") return record.end;
    if (record.kind !== "rows") throw unexpected(record);
    await each(record.text, record.rows);
  }
}

async function next(records: Records): Promise<Record> {
  const { value, done } = await records.next();
  if (done) throw new Refused("This backup ends where more was to come.");
  return value;
}

const unexpected = (record: Record) => new Refused(`This backup has ${record.kind} where something else was to come.`);

const differs = (end: TableEnd, rows: number) =>
  new Refused(
    `${end.name} has ${rows} rows that are not the ${end.rows} of the backup. It is copied anew by the next run.`,
  );

function compare(end: TableEnd, found: TableEnd): void {
  if (end.rows !== found.rows || end.digest !== found.digest)
    throw new Refused(`The rows of ${end.name} are not as its digest.`);
}
