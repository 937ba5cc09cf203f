import type { Client } from "pg";
import { Refused } from "../command.ts";
import { foreignRelations, migrationsOf, sequencesOf, tablesOf } from "./catalog.ts";
import { letGo } from "./collect.ts";
import { connect, tableName } from "./connect.ts";
import { rowsOf } from "./copy.ts";
import { RowDigest } from "./digest.ts";
import { newHeader } from "./header.ts";
import { openOutput } from "./place.ts";
import { Progress } from "./progress.ts";
import type { Manifest, Table, TableEnd } from "./record.ts";
import { Writer } from "./writer.ts";

export type Dump = {
  databaseUrl: string;
  /** A file, `s3://bucket/key`, or `-` for the standard output. */
  place: string;
  /** Recipients of age; without any the backup is in clear text. */
  recipients: string[];
  say?: (line: string) => void;
};

/** A partition may be dropped between the list of tables and their locks: then all is begun anew. */
const tries = 3;

/**
 * Writes one consistent snapshot of the schema `public`. It is read in one transaction, which blocks nothing but DDL on
 * the tables. What there is of the output is removed when it fails.
 */
export async function dump({ databaseUrl, place, recipients, say = () => undefined }: Dump): Promise<string> {
  const { header, bytes, frames } = await newHeader(recipients);
  const client = await connect(databaseUrl);
  try {
    const manifest = await begin(client);
    for (const name of await foreignRelations(client)) say(`Left out: ${name}, which is not of the product's schema.`);
    const { rows: size } = await client.query("select pg_database_size(current_database())::float8 as bytes");
    const output = await openOutput(place, size[0]?.bytes ?? 0);
    try {
      const writer = new Writer(output.stream, frames);
      await writer.writeHeader(bytes);
      await writer.write("manifest", manifest);
      const progress = new Progress(manifest.tables.length, say);
      let rows = 0;
      for (const table of manifest.tables) {
        progress.begin(table.name);
        rows += (await copyOut(client, table, writer, progress)).rows;
      }
      await writer.end({ tables: manifest.tables.length, rows, sequences: await sequencesOf(client) });
      await output.keep();
      return `Backup ${header.id}: ${manifest.tables.length} tables, ${progress.total()}; ${place} has ${(writer.bytes / 1e6).toFixed(1)} MB`;
    } catch (error) {
      await output.drop();
      if (error instanceof Refused) throw error;
      throw new Refused(`The backup was cut, and nothing is left of it: ${(error as Error).message}`, { cause: error });
    }
  } finally {
    await client.end();
  }
}

/** Begins the transaction and locks its tables, so that none is dropped or altered while they are read. */
async function begin(client: Client): Promise<Manifest> {
  for (let tried = 1; ; tried++) {
    await client.query("begin isolation level repeatable read, read only");
    const migrations = await migrationsOf(client);
    const tables = await tablesOf(client);
    try {
      await client.query(
        `lock table only ${tables.map(({ name }) => tableName(name)).join(", only ")} in access share mode`,
      );
      const { rows } = await client.query(
        `select to_json(now()) #>> '{}' as "takenAt", current_setting('server_version') as postgres`,
      );
      return { ...rows[0], migrations, tables };
    } catch (error) {
      await client.query("rollback");
      if (tried === tries) throw error;
    }
  }
}

async function copyOut(client: Client, table: Table, writer: Writer, progress: Progress): Promise<TableEnd> {
  const { name } = table;
  await writer.write("table", name);
  const digest = new RowDigest();
  for await (const chunk of rowsOf(client, table)) {
    const before = digest.rows;
    digest.update(chunk);
    await writer.writeRows(chunk, digest.rows - before);
    progress.add(digest.rows - before, chunk.length);
    letGo(chunk.length);
  }
  const end = { name, rows: digest.rows, bytes: digest.bytes, digest: digest.value };
  await writer.write("tableEnd", end);
  return end;
}
