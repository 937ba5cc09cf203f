import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sql } from "@travel-conductor/core/base/db";
import { openAll, partsOf } from "@travel-conductor/core/base/vault";
import { beforeAll, expect, test } from "vitest";
import { moveIn, type Result } from "../../src/moving/run.ts";
import { a } from "./case.ts";
import { all } from "./cases.ts";
import { folder, writeOld } from "./old.ts";

const at = new Date("2026-11-25T12:00:00Z");
const databaseUrl = process.env.DATABASE_URL!;
type Told = { table: string; id: string | null; fate: string; why: string[]; lost?: Record<string, string> };
let result: Result;
let report: { rows: Told[] };

beforeAll(async () => {
  await sql`truncate users, fare_keys, moved_rows, bookings, search_analytics, import_runs cascade`;
  for (const [key, proven] of [
    ["proven@example.com", true],
    ["unproven@example.com", false],
  ] as const)
    await sql`
      insert into users (id, email, email_key, email_verified, password_hash, first_name, last_name)
      values (${`usr_${"0".repeat(25)}${Number(proven)}`}, ${key}, ${key}, ${proven}, 'x', 'Here', '')`;
  const tables = Object.fromEntries(Object.entries(all).map(([name, cases]) => [name, cases.map(([row]) => row)]));
  const path = writeOld({ ...tables, sessions: [{ id: "session_1", user_id: a, token_hash: "secret" }] });
  const reportPath = join(folder, "report.json");
  const dry = await moveIn({ paths: [path], databaseUrl, at, isDryRun: true });
  expect(await sql`select from moved_rows`).toEqual([]);
  result = await moveIn({ paths: [path], databaseUrl, at, reportPath });
  expect(dry).toEqual(result);
  expect(statSync(reportPath).mode & 0o777).toBe(0o600);
  const text = readFileSync(reportPath, "utf8");
  expect(text).not.toMatch(/\$2[by]\$|secret/);
  report = JSON.parse(text) as typeof report;
}, 60_000);

test("each table's rows are counted, and one that is rejected ends the run with 1", () => {
  for (const { read, ...fates } of Object.values(result.tables))
    expect(Object.values(fates).reduce((sum: number, count) => sum + count, 0)).toBe(read);
  expect(result.tables.sessions).toEqual({ read: 1, left: 1 });
  expect(result.exitCode).toBe(1);
});

test("nothing is sent, and no alert is written", async () => {
  expect(await sql`select (select count(*)::int from messages) + (select count(*)::int from alerts) as count`).toEqual([
    { count: 0 },
  ]);
});

test("what an imported row lost stands in the report", () => {
  const lostOf = (id: string) => report.rows.find((one) => one.id === id)?.lost;
  expect(lostOf("b_json")).toEqual({ passenger_details: "{" });
  expect(lostOf("b_faults")?.passenger_details).toContain("17.5.1984");
  expect(lostOf("b_contact")).toEqual({ contact_email: "bo@example.com" });
  expect(lostOf("b_nobodys")).toEqual({});
  expect(lostOf("u_dash")).toEqual({ last_name: "-" });
});

test("first checks are spread over a day", async () => {
  const [spread] = await sql`
    select min(due_at) >= ${at}::timestamptz as after, max(due_at) < ${at}::timestamptz + interval '1 day' as before,
           max(due_at) - min(due_at) > interval '20 hours' as wide
      from fares where due_at is not null`;
  expect(spread).toEqual({ after: true, before: true, wide: true });
});

const named = Object.entries(all).flatMap(([table, cases]) =>
  cases.map((one) => [table, String(one[0].id), one] as const),
);

test.each(named)("%s %s", async (table, id, [, fate, why, stands]) => {
  const told = report.rows.find((one) => one.table === table && (one.id ?? "") === id);
  if (fate === "imported" && why.length === 0) expect(told).toBeUndefined();
  else expect([told?.fate, told?.why]).toEqual([fate, why]);
  const [row] = await (selects as Record<string, (id: string) => Promise<Record<string, unknown>[]>>)[table]!(id);
  expect(row !== undefined).toBe(fate === "imported");
  if (row && table === "watches") Object.assign(row, await partsOfWatch(id, Object.keys(stands ?? {})));
  if (stands) expect(row).toMatchObject(stands);
});

async function partsOfWatch(id: string, names: string[]): Promise<Record<string, unknown>> {
  const parts = names.filter((name) => name.startsWith("what"));
  const columns = ["1 as one", ...parts.map((name) => `${name} as "${name}"`)].join();
  const [row = {}] = await sql`select ${sql.unsafe(columns)} from price_watches where legacy_id = ${id}`;
  return row;
}

const selects = {
  users: (id: string) => sql`
    select email, email_key, email_verified, first_name, last_name, phone, phone_as_given, preferred_airlines::text as airlines,
           preferred_airports::text as airports, seat_preference as seat, meal_preference as meal, substr(password_hash, 1, 7) as password,
           to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as made
      from users where legacy_id = ${id}`,
  watches: (id: string) => sql`
    select price_watches.target_price::float8 as target, price_watches.departure_date::text as departure,
           price_watches.return_date::text as back, price_watches.max_stops as stops, price_watches.is_active as active,
           price_watches.alert_threshold as drop, price_watches.currency, paused_because as paused, ended_at is not null as ended,
           ended_because as because, price_watches.state, users.legacy_id as owner,
           (select greatest(1, count(*))::int from basket_fares where basket_fares.basket_id = watch_fares.fare_id) as fares
      from price_watches
      join users on users.id = price_watches.user_id
      join watch_fares on watch_fares.watch_id = price_watches.id
      join watch_changes on watch_changes.watch_id = price_watches.id and watch_changes.version = 1
                        and coalesce(watch_changes.state, '{}') = price_watches.state
     where price_watches.legacy_id = ${id}`,
  bookings: async (id: string) => {
    const rows = (await sql`
      select bookings.id, booking_reference as reference, total_price::float8 as total, status, users.legacy_id as owner, bookings.user_id as holder,
             passenger_data as passengers, flight_data ->> 'airline' as airline,
             to_char(departs_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as departs,
             to_char(arrives_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as arrives
        from bookings left join users on users.id = bookings.user_id where bookings.legacy_id = ${id}`) as Record<
      string,
      unknown
    >[];
    const [row] = rows;
    if (row?.holder) {
      const opened = await openAll(
        "bookings",
        partsOf(String(row.id), String(row.holder), row.passengers as { sealed: string }[]),
      );
      expect(opened.every((one) => one !== undefined)).toBe(true);
      Object.assign(row, { people: opened.length, first: opened[0] });
    }
    return rows;
  },
  searches: (id: string) => sql`
    select cheapest::float8, search_analytics.currency, child_ages as ages, passenger_count as party, status, class, results_count as results,
           departure_date::text as departure, return_date::text as back, users.legacy_id as owner
      from search_analytics left join users on users.id = search_analytics.user_id where search_analytics.legacy_id = ${id}`,
  passenger_profiles: async (id: string) => {
    const rows =
      (await sql`select travelers.id, travelers.user_id as owner, travelers.sealed from travelers where legacy_id = ${id}`) as {
        id: string;
        owner: string;
        sealed: string;
      }[];
    return (await openAll("travelers", rows)) as Record<string, unknown>[];
  },
};
