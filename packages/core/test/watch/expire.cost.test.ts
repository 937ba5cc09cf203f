import { counted } from "@travel-conductor/local/testing";
import { beforeAll, expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Watch from "../../src/watch.ts";
import { scans, statementsOf } from "../support/explain.ts";
import * as a from "../support/factory.ts";
import { afterNoon, hour } from "../support/sweep.ts";

/** A hundred thousand watches of a thousand users on 20,000 fares: a fifth of them over, no fare empty five times. */
beforeAll(async () => {
  await sql`
    insert into users (id, email, email_key, email_verified, password_hash, first_name, last_name)
    select 'usr_' || n, n || '@example.com', n || '@example.com', true, 'x', 'Robin', 'Example'
      from generate_series(1, 1000) as n`;
  await sql`
    insert into fares (id, origin, destination, departure_date, cabin, adults, currency, empties)
    select 'far_' || n, 'STN', 'BGY', date '2026-04-01' + n / 9, 'economy', 1 + n % 9, 'GBP',
           array_fill(timestamptz '2026-02-01', array[n % 5])
      from generate_series(1, 20000) as n`;
  await sql`
    insert into price_watches
      (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price, is_active,
       ended_at, ends_at, since)
    select 'wch_' || n, 'usr_' || 1 + n % 1000, 'STN', 'BGY', date '2026-04-01', 'economy', 1, 'GBP', n, n % 5 > 0,
           case when n % 5 = 0 then ${a.noon}::timestamptz end,
           ${a.noon}::timestamptz + case when n % 5 = 0 then interval '-1 day' else make_interval(hours => 2 + n % 5000) end,
           ${a.noon}
      from generate_series(1, 100000) as n`;
  await sql`
    insert into watch_fares (watch_id, fare_id, live)
    select 'wch_' || n, 'far_' || 1 + n % 20000, n % 5 > 0
      from generate_series(1, 100000) as n`;
  await sql`analyze`;
}, 120_000);

test("expired and empty watches are found by indexes of their own, and nothing else is read", async () => {
  const [sent = []] = await statementsOf(() => Watch.expire(afterNoon(hour)));
  expect(sent).toHaveLength(2);
  /** How each large table is read, and how many of its rows, in a second run. */
  const read = async () => {
    const found = [];
    for (const statement of sent) found.push(...(await scans(statement)));
    const large = found.filter(({ of }) => ["price_watches", "fares", "watch_fares", "users"].includes(of));
    expect(large.filter(({ how }) => how === "Seq Scan")).toEqual([]);
    return large.reduce((sum, { rows }) => sum + rows, 0);
  };
  expect(await read()).toBe(0);

  await sql`update price_watches set ends_at = ${afterNoon(hour)} where id in ('wch_1', 'wch_2')`;
  await sql`
    update fares
       set empties = array_fill(${a.noon}::timestamptz, array[5])
     where fares.id = (select watch_fares.fare_id from watch_fares where watch_fares.watch_id = 'wch_3')`;
  expect(await read()).toBeLessThan(100);
  const done = await sql`
    select count(*) filter (where price_watches.ended_because = 'time')::int as ended,
           count(*) filter (where price_watches.paused_because = 'empty')::int as paused,
           (select count(*)::int from messages) as told
      from price_watches`;
  expect(done).toEqual([{ ended: 2, paused: 5, told: 7 }]);
});

test("a run with nothing to do takes one request", async () => {
  expect(await counted(() => Watch.expire(afterNoon(hour)))).toEqual({ postgres: 1, redis: 0 });
});
