import type pg from "pg";
import { opening, places } from "./market.ts";

/**
 * Fares with five days of history at one price, each with `each` watches that have had their first check. Each user has
 * a hundred watches, as many as the product allows.
 */
export type Filling = {
  fares: number;
  each: number;
  at: Date;
  /**
   * A watch's target as SQL of the fare's `price` and of `number`, the index of the watch among those of its fare, from
   * 0.
   */
  target: string;
  /** The drop that alerts, as a share of 1. */
  threshold: number;
};

const perUser = 100;
const large = ["price_watches", "watch_fares", "price_observations"];

/** Fills an empty database. The indexes and foreign keys of the large tables are created after the rows. */
export async function fill(client: pg.Client, { fares, each, at, target, threshold }: Filling): Promise<void> {
  const rows = Array.from({ length: fares }, (_, index) => ({ ...places(index), price: opening(index) }));
  const instant = at.toISOString();
  const today = Math.floor(at.getTime() / 86_400_000);
  await client.query("truncate users, fare_keys cascade");
  const restore = await dropIndexes(client);
  await client.query(
    `insert into users (id, email, email_key, password_hash, first_name, last_name)
     select 'usr_' || number, number || '@example.com', number || '@example.com', '-', 'Bench', 'Bench'
       from generate_series(0, $1::int - 1) as number`,
    [each * Math.ceil(fares / perUser)],
  );
  await client.query(
    `insert into fares
       (id, origin, destination, departure_date, cabin, adults, currency, due_at, checked_at, status, price, priced_at,
        lowest, highest, days, day_lows, source)
     select 'far_' || lpad(index::text, 8, '0'), origin, destination, ($4::timestamptz + interval '100 days')::date,
            'economy', 1, 'GBP', $4, $4::timestamptz - interval '1 day', 'ok', price, $4::timestamptz - interval '1 day',
            price, price, array[$5::int - 5, $5::int - 4, $5::int - 3, $5::int - 2, $5::int - 1], array_fill(price, array[5]),
            'bench'
       from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as row (origin, destination, price, index)`,
    [rows.map((row) => row.origin), rows.map((row) => row.destination), rows.map((row) => row.price), instant, today],
  );
  await client.query(
    `insert into price_observations (fare_id, at, status, price, provider)
     select id, $1::timestamptz - make_interval(days => ago), 'ok', price, 'bench'
       from fares cross join generate_series(1, 5) as ago`,
    [instant],
  );
  await client.query(
    `insert into price_watches
       (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price,
        alert_threshold, state)
     select 'wch_' || right(fares.id, 8) || lpad(number::text, 4, '0'),
            'usr_' || (number + $1::int * ((right(fares.id, 8)::int - 1) / $3::int)), origin, destination,
            departure_date, cabin, adults, currency, ${target}, $2, json_build_object('first', price + number)
       from fares cross join generate_series(0, $1::int - 1) as number`,
    [each, threshold, perUser],
  );
  await client.query(
    `insert into watch_fares (watch_id, fare_id, wake_below, wake_drop, wake_first)
     select id, 'far_' || substr(id, 5, 8), coalesce(target_price, 0), alert_threshold * 10000,
            floor((state->>'first')::bigint * (1 - alert_threshold))
       from price_watches`,
  );
  await restore();
  await client.query("vacuum analyze");
}

/**
 * Drops the indexes and foreign keys, which make inserts slow.
 * @returns a function that creates them again
 */
async function dropIndexes(client: pg.Client): Promise<() => Promise<void>> {
  const keys = await client.query<{ place: string; name: string; definition: string }>(
    `select conrelid::regclass::text as place, conname as name, pg_get_constraintdef(oid) as definition
       from pg_constraint
      where contype = 'f' and conparentid = 0 and conrelid::regclass::text = any($1)`,
    [large],
  );
  const indexes = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
       from pg_index
      where indrelid::regclass::text = any($1)
        and not exists (select from pg_constraint where conindid = indexrelid)`,
    [large],
  );
  for (const { place, name } of keys.rows) await client.query(`alter table ${place} drop constraint ${name}`);
  for (const { name } of indexes.rows) await client.query(`drop index ${name}`);
  return async () => {
    for (const { definition } of indexes.rows) await client.query(definition);
    for (const { place, name, definition } of keys.rows) {
      await client.query(`alter table ${place} add constraint ${name} ${definition}`);
    }
  };
}
