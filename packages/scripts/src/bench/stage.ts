import { userInfo } from "node:os";
import pg from "pg";
import { opening, places } from "./market.ts";

/**
 * The bench's own databases on one server, reached on its socket where it has one: `product` is the one that `url`
 * names and the gateway speaks to, the others are copies of it under names of their own.
 */
export async function stage(url: string) {
  const product = new URL(url).pathname.slice(1);
  const made = new Set<string>();
  const open = new Set<pg.Client>();
  const database = (name: string) => (name === "product" ? product : `${product}_${name}`);
  const socket = await withClient(url, async (client) => {
    const { rows } = await client.query("show unix_socket_directories");
    return String(rows[0].unix_socket_directories).split(",")[0]?.trim();
  });
  const { username, password, port, hostname } = new URL(url);
  const options = (name: string): pg.ClientConfig => ({
    user: decodeURIComponent(username) || userInfo().username,
    password: decodeURIComponent(password),
    port: Number(port || 5432),
    host: socket || hostname,
    database: name,
  });
  const admin = new pg.Client(options(product === "postgres" ? "template1" : "postgres"));
  await admin.connect();

  return {
    connect: async (name: string) => {
      const client = new pg.Client(options(database(name)));
      await client.connect();
      open.add(client.on("end", () => open.delete(client)));
      return client;
    },
    /** `to` becomes what `from` is now; whoever is connected to either is sent away. */
    copy: async (from: string, to: string) => {
      made.add(to);
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = any($1) and pid <> pg_backend_pid()",
        [[database(from), database(to)]],
      );
      await admin.query(`drop database if exists "${database(to)}" with (force)`);
      await admin.query(`create database "${database(to)}" template "${database(from)}"`);
      await admin.query("checkpoint");
    },
    close: async () => {
      await Promise.all([...open].map((client) => client.end()));
      made.delete("product");
      for (const name of made) await admin.query(`drop database if exists "${database(name)}" with (force)`);
      await admin.end();
    },
  };
}

/**
 * Fares with five days of history at one price, and as many watches on each as asked, all of them past their first
 * check: every watch waits for a fall by a tenth, three in ten for a target as well.
 */
export async function fill(client: pg.Client, fares: number, watchesPerFare: number, at: Date): Promise<void> {
  const rows = Array.from({ length: fares }, (_, index) => ({ ...places(index), price: opening(index) }));
  const instant = at.toISOString();
  const today = Math.floor(at.getTime() / 86_400_000);
  await client.query("truncate users, fares cascade");
  await client.query(
    `insert into users (id, email, email_key, password_hash, first_name, last_name)
     select 'usr_' || number, number || '@example.com', number || '@example.com', '-', 'Bench', 'Bench'
       from generate_series(0, $1::int - 1) as number`,
    [watchesPerFare],
  );
  await client.query(
    `insert into fares
       (id, origin, destination, departure_date, cabin, adults, currency, due_at, checked_at, status, price, priced_at,
        lowest, highest, days, day_lows)
     select 'far_' || lpad(index::text, 8, '0'), origin, destination, ($4::timestamptz + interval '100 days')::date,
            'economy', 1, 'GBP', $4, $4::timestamptz - interval '1 day', 'ok', price, $4::timestamptz - interval '1 day',
            price, price, array[$5::int - 5, $5::int - 4, $5::int - 3, $5::int - 2, $5::int - 1], array_fill(price, array[5])
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
       (id, user_id, origin_code, destination_code, departure_date, class, adults, currency, target_price, state)
     select 'wch_' || lpad(row_number() over (order by fares.id, number)::text, 8, '0'), 'usr_' || number, origin, destination,
            departure_date, cabin, adults, currency,
            case when (number + ascii(origin)) % 10 < 3 then price * 8 / 10 end,
            json_build_object('first', price + number)
       from fares cross join generate_series(0, $1::int - 1) as number`,
    [watchesPerFare],
  );
  await client.query(
    `insert into watch_fares (watch_id, fare_id, wake_below, wake_drop, wake_first)
     select price_watches.id, fares.id, coalesce(target_price, 0), 1000, (state->>'first')::bigint * 9 / 10
       from price_watches
       join fares on fares.origin = origin_code and fares.destination = destination_code`,
  );
  await client.query("vacuum analyze");
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  return use(client).finally(() => client.end());
}

/** One digest of every row of every table, less what the clock wrote. */
export async function digest(client: pg.Client): Promise<string> {
  const parts: string[] = [];
  for (const [table, order] of tables) {
    const { rows } = await client.query(
      `select md5(string_agg((to_jsonb(row) - array['created_at'])::text, chr(10) order by ${order})) as digest,
              count(*) as count
         from ${table} as row`,
    );
    parts.push(`${table} ${rows[0].count} ${rows[0].digest}`);
  }
  return parts.join("\n");
}

const tables = [
  ["fares", "id"],
  ["price_observations", "fare_id, at, status"],
  ["price_watches", "id"],
  ["watch_fares", "watch_id, fare_id"],
  ["alerts", "id"],
  ["alert_rules", "watch_id, rule, epoch, level"],
  ["alert_deliveries", "alert_id, channel"],
] as const;
