import { sql } from "@travel-conductor/core/base/db";
import { expect, test } from "vitest";
import { handler } from "../../src/cron/maintenance.ts";

test("a failing task does not stop the others of the hour, and is reported", async () => {
  await sql`
    with made as (
      insert into fares (id, origin, destination, departure_date, cabin, adults, currency, checked_at)
      values ('far_old', 'STN', 'BGY', '2026-01-01', 'economy', 1, 'GBP', now() - interval '20 days')
    )
    insert into price_observations (fare_id, at, status, price, provider)
    select 'far_old', now() - interval '20 days' - n * interval '1 minute', 'no_results', null, 'test'
      from generate_series(0, 9) as n`;
  const reading = sql.transaction([sql`select count(*) from search_analytics`, sql`select pg_sleep(20)`]);
  await sql`
    do $$ begin while not exists (
      select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
    ) loop perform pg_stat_clear_snapshot(); end loop; end $$`;
  reading.catch(() => undefined);
  await expect(handler()).rejects.toMatchObject({ code: "55P03" });
  await sql`
    select pg_cancel_backend(pid)
      from pg_stat_activity
     where datname = current_database()
       and wait_event = 'PgSleep'`;
  const months = async (table: string) =>
    (await sql`select from pg_inherits where inhparent = ${table}::regclass`).length - 1;
  expect(await sql`select from price_observations`).toHaveLength(0);
  expect(await months("price_observations")).toBeGreaterThanOrEqual(3);
  expect(await months("search_analytics")).toBe(0);
  await expect(reading).rejects.toThrow("canceling statement");
  await handler();
  expect(await months("search_analytics")).toBe(3);
});
