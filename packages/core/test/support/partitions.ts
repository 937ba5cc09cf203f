import { sql } from "../../src/base/db.ts";

/** The existing partitions of a table, by the ends of their names. */
export async function partitionsOf(table: string): Promise<string[]> {
  const rows = await sql`
    select inhrelid::regclass::text as name
      from pg_inherits
     where inhparent = ${table}::regclass
     order by 1`;
  return rows.map(({ name }) => String(name).slice(table.length + 1));
}

/** The partition of each row, by the end of its name, in the order of a column. */
export async function placesOf(table: string, column: string): Promise<string[]> {
  const rows = await sql`
    select tableoid::regclass::text as name
      from ${sql.unsafe(table)}
     order by ${sql.unsafe(column)}`;
  return rows.map(({ name }) => String(name).slice(table.length + 1));
}

/** Drops every partition but the default one. */
export async function dropMonths(table: string): Promise<void> {
  for (const name of await partitionsOf(table))
    if (name !== "default") await sql`drop table ${sql.unsafe(`${table}_${name}`)}`;
}
