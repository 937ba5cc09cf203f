import type { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { letGo } from "./collect.ts";
import { columnList, tableName } from "./connect.ts";
import { RowDigest } from "./digest.ts";
import type { Table, TableEnd } from "./record.ts";

/** The rows of a table in COPY's text format, in portions that may end within a row. */
export function rowsOf(client: Client, { name, columns }: Table): AsyncIterable<Buffer> {
  const rows = client.query(copyTo(`copy ${tableName(name)} (${columnList(columns)}) to stdout`));
  // The reader has it too. A connection that ends after its reader has stopped has no other.
  rows.on("error", () => undefined);
  return rows;
}

export async function digestOf(client: Client, table: Table): Promise<TableEnd> {
  const digest = new RowDigest();
  for await (const chunk of rowsOf(client, table)) {
    digest.update(chunk);
    letGo(chunk.length);
  }
  return { name: table.name, rows: digest.rows, bytes: digest.bytes, digest: digest.value };
}
