import { sql } from "../../../src/base/db.ts";

/** What differs between runs without meaning: random ids, Postgres's own clock, and the number of claims. */
const fleeting = ["created_at", "claimed_until", "fence", "attempts"];

/** All tables that sweeps and watches write, referenced tables first. */
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
];

/** Deletes every watch and fare; users stay. */
export async function deleteAll(): Promise<void> {
  await sql`truncate fare_keys, price_watches, alerts, alert_rules cascade`;
}

/** Ends every lease, as two minutes would. */
export async function expireLeases(): Promise<void> {
  await sql`update fares set claimed_until = now() - interval '1 second' where claimed_until is not null`;
}

/** Saves the present rows; the returned function restores them, any number of times. */
export async function saveSnapshot(): Promise<() => Promise<void>> {
  const rows = await sql`
    select columns.table_name as name,
           string_agg(quote_ident(columns.column_name), ', ') as list
      from information_schema.columns as columns
     where columns.table_schema = 'public'
       and columns.table_name = any(${tables}::text[])
       and columns.is_generated = 'NEVER'
     group by columns.table_name`;
  const lists = new Map(rows.map(({ name, list }) => [name as string, sql.unsafe(list as string)]));
  const each = (written: (table: string) => ReturnType<typeof sql>) => tables.map(written);
  await sql.transaction([
    sql`drop schema if exists kept cascade`,
    sql`create schema kept`,
    ...each((name) => sql`create table ${sql.unsafe(`kept.${name}`)} as table ${sql.unsafe(name)}`),
  ]);
  return async () => {
    await sql.transaction([
      sql`truncate fare_keys, price_watches, alerts, alert_rules cascade`,
      ...each((name) => {
        const list = lists.get(name)!;
        return sql`insert into ${sql.unsafe(name)} (${list}) select ${list} from ${sql.unsafe(`kept.${name}`)}`;
      }),
    ]);
  };
}

/** One line per row, in an order and with fare names that are equal whenever the rows mean the same. */
export async function dumpRows(): Promise<string[]> {
  const [named = [], ...sets] = await sql.transaction([
    sql`
      select fares.id,
             coalesce(fares.basket, concat_ws(' ', origin, destination, departure_date, return_date, currency)) as name
        from fares`,
    ...tables.map(
      (table) => sql`select (to_jsonb(rows) - ${fleeting}::text[])::text as line from ${sql.unsafe(table)} as rows`,
    ),
  ]);
  const lines = sets.flatMap((rows, index) =>
    rows.map(({ line }) => {
      const plain = named.reduce((text, { id, name }) => text.replaceAll(id, name), String(line));
      return `${tables[index]} ${plain}`;
    }),
  );
  return lines.sort();
}
