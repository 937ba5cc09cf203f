import type pg from "pg";

const tables = [
  "fares",
  "basket_fares",
  "price_observations",
  "price_watches",
  "watch_fares",
  "watch_changes",
  "alerts",
  "alert_rules",
  "alert_deliveries",
  "messages",
];

/**
 * Returns a line for each table that a sweep may change: its number of rows, and a hash of all columns except
 * `created_at`.
 */
export async function tableDigest(client: pg.Client): Promise<string> {
  const lines: string[] = [];
  for (const table of tables) {
    const { rows: columns } = await client.query<{ name: string }>(
      `select quote_ident(attname) as name from pg_attribute
        where attrelid = $1::regclass and attnum > 0 and not attisdropped and attname <> 'created_at' order by attnum`,
      [table],
    );
    const { rows } = await client.query(
      `select count(*) as count, sum(hash_record_extended(row(${columns.map(({ name }) => name)}), 0)) as sum from ${table}`,
    );
    lines.push(`${table} ${rows[0].count} ${rows[0].sum}`);
  }
  return lines.join("\n");
}
