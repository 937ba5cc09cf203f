import { sql } from "@travel-conductor/core/base/db";
import type { Criteria, FareProvider } from "@travel-conductor/core/flight";
import type pg from "pg";

/**
 * Creates the plain tables of the naive loop: `count` of the watches with their criteria, and the history of each.
 * Returns their ids.
 */
export async function prepare(client: pg.Client, count: number): Promise<string[]> {
  await client.query("drop schema if exists naive cascade");
  await client.query("create schema naive");
  await client.query(
    `create table naive.watches as
     select id, origin_code as origin, destination_code as destination, departure_date::text, target_price, currency,
            null::bigint as price, null::timestamptz as checked_at
       from price_watches order by id limit ${count}`,
  );
  await client.query("alter table naive.watches add primary key (id)");
  await client.query(
    "create table naive.history (watch_id text, at timestamptz, price bigint, primary key (watch_id, at))",
  );
  await client.query("vacuum analyze naive.watches");
  const { rows } = await client.query<{ id: string }>("select id from naive.watches order by id");
  return rows.map((row) => row.id);
}

/** The simplest loop: for each watch one select, one price, one update, one insert, through the same gateway. */
export async function naive(provider: FareProvider, ids: string[], at: Date): Promise<void> {
  for (const id of ids) {
    const [watch] = await sql`select * from naive.watches where watches.id = ${id}`;
    const criteria = { ...watch, departureDate: watch?.departure_date } as unknown as Criteria;
    const [offer] = (await provider.search(criteria, at)).offers;
    if (!offer) continue;
    await sql`update naive.watches set price = ${offer.total}, checked_at = ${at} where watches.id = ${id}`;
    await sql`insert into naive.history (watch_id, at, price) values (${id}, ${at}, ${offer.total})`;
  }
}
