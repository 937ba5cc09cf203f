import type { Client } from "pg";

const months = ["2026-08", "2026-09", "2026-10", "2026-11"];

/** Of a hundred rows, how many are in which table; the rest are observations. */
const shares = { users: 1, fares: 1, fareKeys: 1, messages: 3, searches: 14 };

/**
 * Fills the tables that are the largest on a stage, by statements of a few hundred thousand rows, with values of the
 * length that the product writes. Triggers do not run; what they would write beside is left out, but for keys of fares.
 */
export async function fill(client: Client, rows: number): Promise<void> {
  const count = (share: number) => Math.round((rows * share) / 100);
  const observations = count(100 - Object.values(shares).reduce((sum, share) => sum + share, 0));
  const fares = count(shares.fares);
  const users = count(shares.users);
  await client.query("set session_replication_role = replica");
  for (const [index, month] of months.entries()) {
    const [from, to] = [`${month}-01Z`, `${months[index + 1] ?? "2026-12"}-01Z`];
    for (const table of ["price_observations", "search_analytics"]) {
      const name = `${table}_${month.replace("-", "_")}`;
      await client.query(`create table ${name} partition of ${table} for values from ('${from}') to ('${to}')`);
    }
  }
  await insert(
    client,
    users,
    (which) => `
    insert into users (id, email, email_key, password_hash, first_name, last_name)
    select 'usr_' || lpad(i::text, 26, '0'), i || '@example.com', i || '@example.com', '$argon2id$' || repeat(md5(i::text), 3),
           'Robin', 'Example'
      from ${which}`,
  );
  // 16,900 routes, each on the days after another.
  const origin = "chr(65 + (i % 25)::int) || chr(65 + (i / 25 % 26)::int) || chr(65 + (i / 650 % 26)::int)";
  const subject = `${origin}, 'ZZZ', date '2026-12-01' + (i / 16900)::int, 'economy', 1`;
  await insert(
    client,
    fares,
    (which) => `
    insert into fare_keys (id, origin, destination, departure_date, cabin, adults, child_ages, infants, currency)
    select 'far_' || lpad(i::text, 26, '0'), ${subject}, '{}', 0, 'GBP'
      from ${which}`,
  );
  await insert(
    client,
    fares,
    (which) => `
    insert into fares (id, origin, destination, departure_date, cabin, adults, currency, due_at, checked_at, status, price,
                       priced_at, lowest, highest, days, day_lows, due_because)
    select 'far_' || lpad(i::text, 26, '0'), ${subject}, 'GBP', '2026-11-27Z', '2026-11-26Z', 'ok', 10000 + i % 9999,
           '2026-11-26Z', 9000, 20000, array(select generate_series(20750, 20780)), array(select generate_series(10001, 10031)),
           'departure'
      from ${which}`,
  );
  await insert(
    client,
    observations,
    (which) => `
    insert into price_observations (fare_id, at, status, price, provider)
    select 'far_' || lpad((i % ${fares} + 1)::text, 26, '0'),
           timestamptz '2026-08-01Z' + i / ${fares} * interval '20 hours' + i % 1000000 * interval '1 microsecond',
           'ok', 5000 + i * 7919 % 90000, 'simulator'
      from ${which}`,
  );
  await insert(
    client,
    count(shares.searches),
    (which) => `
    insert into search_analytics (id, created_at, user_id, request_id, origin_code, destination_code, departure_date, adults,
                                  child_ages, infants, passenger_count, class, currency, status, freshness, provider,
                                  results_count, cheapest, search_duration_ms)
    select 'sch_' || lpad(i::text, 26, '0'), timestamptz '2026-08-01Z' + i % 10000000 * interval '1 second',
           'usr_' || lpad((i % ${users} + 1)::text, 26, '0'), md5(i::text), 'LHR', 'JFK', '2026-12-24', 1, '{}', 0, 1, 'economy',
           'GBP', 'ok', 'fresh', 'simulator', 50, 12345, 321
      from ${which}`,
  );
  await insert(
    client,
    count(shares.messages),
    (which) => `
    insert into messages (id, user_id, kind, email, data, due_at)
    select 'msg_' || lpad(i::text, 26, '0'), 'usr_' || lpad((i % ${users} + 1)::text, 26, '0'), 'alerts', i || '@example.com',
           jsonb_build_object('watch', md5(i::text), 'price', i, 'text', repeat(md5(i::text), 8)), '2026-11-27Z'
      from ${which}`,
  );
  await client.query("set session_replication_role = origin");
  await client.query("vacuum analyze");
}

async function insert(client: Client, count: number, statement: (which: string) => string): Promise<void> {
  const most = 250_000;
  for (let from = 1; from <= count; from += most) {
    await client.query(statement(`generate_series(${from}::bigint, ${Math.min(count, from + most - 1)}) as i`));
  }
}
