import { sql } from "../../../src/base/db.ts";

/** What differs from run to run and means nothing: random ids, Postgres's own clock, and how often a lease was taken. */
const fleeting = ["created_at", "claimed_until", "fence", "attempts"];

/** All that sweeps and watchers write, what is referred to first. */
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

/** Forgets every watch and fare; people stay. */
export async function deleteAll(): Promise<void> {
  await sql`truncate fares, price_watches, alerts, alert_rules cascade`;
}

/** Lets every lease end, as two minutes would. */
export async function expireLeases(): Promise<void> {
  await sql`update fares set claimed_until = now() - interval '1 second' where claimed_until is not null`;
}

/** Puts the world by as it is; what comes back brings it back, as often as it is called. */
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
      sql`truncate fares, price_watches, alerts, alert_rules cascade`,
      ...each((name) => {
        const list = lists.get(name)!;
        return sql`insert into ${sql.unsafe(name)} (${list}) select ${list} from ${sql.unsafe(`kept.${name}`)}`;
      }),
    ]);
  };
}

/** A line for each row, in an order and with names for fares that are the same whenever the rows mean the same. */
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
