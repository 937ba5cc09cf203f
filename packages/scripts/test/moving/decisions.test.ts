import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sql } from "@travel-conductor/core/base/db";
import { openAll, partsOf } from "@travel-conductor/core/base/vault";
import { beforeAll, expect, test } from "vitest";
import { moveIn, type Result } from "../../src/moving/run.ts";
import { booking, folder, type OldRow, profile, search, user, watch, writeOld } from "./old.ts";

const at = new Date("2026-11-25T12:00:00Z");
const databaseUrl = process.env.DATABASE_URL!;
const broken = new Uint8Array([0x41, 0xff, 0xfe]);
const zero = new Uint8Array([0x41, 0, 0x42]);

/** Old rows, each with what should become of it and what should stand here. */
type Case = [row: OldRow, fate: string, why: string[], stands?: Record<string, unknown>];

const ann = user({ id: "user_1730000000001_ann", email: "Ann@Example.com" });
const a = "user_1730000000001_ann";

const users: Case[] = [
  [ann, "imported", [], { email: "Ann@Example.com", email_key: "ann@example.com", email_verified: false }],
  [user({ id: "" }), "rejected", ["id"]],
  [user({ id: "u_space", email: "  bob@example.com " }), "imported", [], { email: "bob@example.com" }],
  [user({ id: "u_typed", email: "not an address" }), "imported", ["email.invalid"], { email: "not an address" }],
  [user({ id: "u_none", email: null }), "imported", ["email.unstorable"], { email: "u_none@moved.invalid" }],
  [user({ id: "u_short", email: "x" }), "imported", ["email.unstorable"], { email: "u_short@moved.invalid" }],
  [user({ id: "u_long", email: `${"x".repeat(330)}@a.example` }), "imported", ["email.unstorable"]],
  [user({ id: "u_bytes", email: broken }), "imported", ["email.unstorable"]],
  [user({ id: "u_hash", password_hash: "$2b$15$abc" }), "imported", ["password.unreadable"]],
  [user({ id: "u_cost", password_hash: `$2y$04$${"b".repeat(53)}` }), "imported", [], { password: "$2y$04$" }],
  [user({ id: "u_name", first_name: null, last_name: "Cher" }), "imported", [], { first_name: "Cher", last_name: "" }],
  [user({ id: "u_names", first_name: "", last_name: zero }), "imported", ["name.missing"], { first_name: "Traveler" }],
  [user({ id: "u_cut", first_name: "é".repeat(150) }), "imported", ["name.cut"], { first_name: "é".repeat(100) }],
  [user({ id: "u_plus", phone: "+44 (20) 7946-0000" }), "imported", [], { phone: "+442079460000" }],
  [user({ id: "u_zeros", phone: "0044 20 7946 0000" }), "imported", [], { phone: "+442079460000" }],
  [
    user({ id: "u_local", phone: "020 7946 0000" }),
    "imported",
    ["phone.unclear"],
    { phone: null, phone_as_given: "020 7946 0000" },
  ],
  [
    user({ id: "u_list", preferred_airlines: '["ba","BA","x1"]', preferred_airports: '["lhr"]' }),
    "imported",
    ["airlines.unclear"],
    { airlines: "{BA,X1}", airports: "{LHR}" },
  ],
  [user({ id: "u_json", preferred_airlines: "BA, LH" }), "imported", ["airlines.unclear"], { airlines: "{}" }],
  [
    user({ id: "u_seat", seat_preference: "roof", meal_preference: "Vegan" }),
    "imported",
    ["seat.unclear"],
    { seat: "aisle", meal: "vegan" },
  ],
  [
    user({ id: "u_when_1730000000123_x", created_at: "yesterday" }),
    "imported",
    ["created.unclear"],
    { made: "2024-10-27T03:33:20.123Z" },
  ],
  [
    user({ id: "u_same1", email: "same@example.com", created_at: "2026-01-02T00:00:00.000Z" }),
    "merged",
    ["email.same"],
  ],
  [
    user({ id: "u_same2", email: "SAME@example.com", created_at: "2026-01-01T00:00:00.000Z" }),
    "imported",
    ["password.shared"],
    { password: "$argon2" },
  ],
  [user({ id: "u_here", email: "proven@example.com" }), "merged", ["account.here"]],
  [user({ id: "u_unproven", email: "unproven@example.com" }), "rejected", ["account.unproven"]],
];

const windowed = { "what->>'departureFrom'": "2027-02-26", "what->>'departureTo'": "2027-03-04" };
const watches: Case[] = [
  [
    watch(a, { id: "w_plain" }),
    "imported",
    [],
    { target: 11999, departure: "2027-03-01", back: "2027-03-08", stops: 1, active: true, fares: 1, drop: null },
  ],
  [
    watch(a, { id: "w_flex", flexDays: 3 }),
    "imported",
    [],
    { ...windowed, "what->'stayNights'->>'min'": "7", fares: 7 },
  ],
  [
    watch(a, { id: "w_oneway", tripType: "oneway", flexDays: 1, end: "2027-03-03" }),
    "imported",
    [],
    { "what->>'departureFrom'": "2027-02-28", "what->>'departureTo'": "2027-03-04", fares: 5 },
  ],
  [watch(a, { id: "w_sameday", end: "2027-03-01" }), "imported", [], { departure: "2027-03-01", back: null }],
  [watch(a, { id: "w_return0", end: "2027-03-01", tripType: "roundtrip" }), "imported", [], { back: "2027-03-01" }],
  [
    watch(a, { id: "w_wide", flexDays: 90, start: "2027-05-01", end: "2027-05-08" }),
    "imported",
    ["flex.cut"],
    { fares: 99 },
  ],
  [
    watch(a, { id: "w_long", tripType: "oneway", start: "2027-01-01", end: "2027-06-30", flexDays: 2 }),
    "imported",
    ["flex.cut", "end.cut"],
    { "what->>'departureFrom'": "2027-01-01", "what->>'departureTo'": "2027-04-10", fares: 100 },
  ],
  [watch(a, { id: "w_nights", end: "2027-10-01" }), "rejected", ["day"]],
  [watch(a, { id: "w_order", end: "2027-02-01" }), "rejected", ["day"]],
  [watch(a, { id: "w_noday", start: "2027-02-30" }), "rejected", ["day"]],
  [watch(a, { id: "w_place", origin: "QQQ" }), "rejected", ["place"]],
  [watch(a, { id: "w_circle", destination: "LHR" }), "rejected", ["place"]],
  [watch(a, { id: "w_cabin", cabin: "COCKPIT" }), "rejected", ["cabin"]],
  [watch(a, { id: "w_party", adults: 2.5 }), "rejected", ["party"]],
  [watch(a, { id: "w_free", targetUsd: 0 }), "rejected", ["price"]],
  [watch(a, { id: "w_text", targetUsd: "much" }), "rejected", ["price"]],
  [watch(a, { id: "w_money", currency: "XXX" }), "rejected", ["price"]],
  [
    watch(a, { id: "w_dollar", currency: null, targetUsd: 119.995 }),
    "imported",
    [],
    { currency: "USD", target: 12000 },
  ],
  [watch(a, { id: "w_yen", currency: "JPY", targetUsd: 45210.0 }), "imported", [], { target: 45210 }],
  [
    watch(a, { id: "w_dinar", currency: "kwd", targetUsd: 45.1234 }),
    "imported",
    [],
    { currency: "KWD", target: 45123 },
  ],
  [watch(a, { id: "w_status", active: "perhaps" }), "rejected", ["status"]],
  [watch(a, { id: "w_off", active: 0, targetUsd: 50 }), "imported", [], { active: false, paused: "person" }],
  [watch(a, { id: "w_stops", maxStops: 5, targetUsd: 51 }), "imported", [], { stops: null }],
  [
    watch(a, { id: "w_nostops", maxStops: -1, flexDays: "x", targetUsd: 52 }),
    "imported",
    ["flex.unclear", "stops.unclear"],
    { stops: null },
  ],
  [
    watch(a, { id: "w_past", start: "2026-11-01", end: "2026-11-08" }),
    "imported",
    [],
    { active: false, ended: true, because: "time" },
  ],
  [
    watch(a, { id: "w_far", start: "2028-03-01", end: "2028-03-08" }),
    "imported",
    ["day.unsold"],
    { active: false, ended: false, paused: "moved" },
  ],
  [
    watch(a, { id: "w_told", lastNotifiedUsd: 100, targetUsd: 110 }),
    "imported",
    [],
    { state: { last: [10000, 1790845200000], rules: { target: [1, 1, 11000, null] } } },
  ],
  [watch(a, { id: "w_untold", lastNotifiedUsd: "x", targetUsd: 111 }), "imported", ["told.unclear"], { state: {} }],
  [
    watch(a, { id: "w_twin1", targetUsd: 60, active: 0, lastNotifiedUsd: 55, updatedAt: "2026-10-02T00:00:00.000Z" }),
    "imported",
    [],
    { active: true, state: { last: [5000, 1790899200000], rules: { target: [1, 1, 6000, null] } } },
  ],
  [watch(a, { id: "w_twin2", targetUsd: 60, lastNotifiedUsd: 50 }), "merged", ["watch.same"]],
  [watch("anon", { id: "w_anon", email: "ANN@example.com", targetUsd: 70 }), "imported", [], { owner: a }],
  [watch("anon", { id: "w_proven", email: "Proven@example.com", targetUsd: 70 }), "imported", [], { owner: null }],
  [watch("anon", { id: "w_nobody", email: "who@example.com" }), "rejected", ["owner.anonymous"]],
  [watch("anon", { id: "w_empty" }), "rejected", ["owner.anonymous"]],
  [watch("user_gone", { id: "w_gone" }), "rejected", ["owner.gone"]],
  [watch("u_unproven", { id: "w_waits" }), "rejected", ["owner.rejected"]],
  [watch("u_same1", { id: "w_merged" }), "imported", [], { owner: "u_same2" }],
];

const bookings: Case[] = [
  [
    booking(a, { id: "b_plain" }),
    "imported",
    [],
    { total: 11999, status: "confirmed", departs: "2027-03-01T00:00:00.000Z", arrives: "2027-03-02T00:00:00.000Z" },
  ],
  [
    booking(a, { id: "b_zone", origin: "JFK", return_date: "2027-03-09" }),
    "imported",
    [],
    { departs: "2027-03-01T05:00:00.000Z", arrives: "2027-03-10T05:00:00.000Z" },
  ],
  [booking(a, { id: "b_na", booking_reference: "N/A" }), "imported", ["reference.repeated"], { reference: "N/A/b_na" }],
  [
    booking(a, { id: "b_none", booking_reference: null }),
    "imported",
    ["reference.repeated"],
    { reference: "N/A/b_none" },
  ],
  [
    booking(a, { id: "b_first", booking_reference: "SAME", created_at: "2026-01-01T00:00:00.000Z" }),
    "imported",
    [],
    { reference: "SAME" },
  ],
  [
    booking(a, { id: "b_second", booking_reference: "SAME" }),
    "imported",
    ["reference.repeated"],
    { reference: "SAME/b_second" },
  ],
  [
    booking("user_gone", { id: "b_gone", passengers: 2 }),
    "imported",
    ["owner.gone"],
    { owner: null, passengers: [{}, {}] },
  ],
  [booking("u_unproven", { id: "b_waits" }), "rejected", ["owner.rejected"]],
  [
    booking(a, { id: "b_json", passengers: 3, passenger_details: "{" }),
    "imported",
    ["passengers.unclear"],
    { people: 3 },
  ],
  [booking(a, { id: "b_more", passengers: 1, passenger_details: "[{},{}]" }), "imported", [], { people: 2 }],
  [booking(a, { id: "b_nobody", passengers: 0, passenger_details: "[]" }), "rejected", ["party"]],
  [booking(a, { id: "b_price", total_amount: -5 }), "rejected", ["price"]],
  [booking(a, { id: "b_currency", currency: "XYZ" }), "rejected", ["price"]],
  [booking(a, { id: "b_status", status: "maybe" }), "rejected", ["status"]],
  [booking(a, { id: "b_cancelled", status: "CANCELLED" }), "imported", [], { status: "cancelled" }],
  [booking(a, { id: "b_day", depart_date: "soon" }), "rejected", ["day"]],
  [booking(a, { id: "b_back", return_date: "2027-02-01" }), "rejected", ["day"]],
  [booking(a, { id: "b_place", destination: "Bergamo" }), "rejected", ["place"]],
  [booking(a, { id: "b_airline", airline: "BA" }), "imported", [], { airline: "BA" }],
];

const searches: Case[] = [
  [
    search(a, { id: "s_plain" }),
    "imported",
    [],
    { cheapest: 11999, currency: "USD", ages: [], party: 2, status: "ok", class: "economy" },
  ],
  [search(a, { id: "s_kids", children: 2 }), "imported", [], { ages: null, party: 4 }],
  [search(a, { id: "s_party", adults: 12, infants: "x" }), "imported", ["party.unclear"], { party: null }],
  [search("user_gone", { id: "s_gone" }), "imported", ["owner.gone"], { owner: null }],
  [search("u_unproven", { id: "s_waits" }), "rejected", ["owner.rejected"]],
  [search(a, { id: "s_place", origin: null }), "rejected", ["place"]],
  [search(a, { id: "s_moment", searched_at: "then" }), "rejected", ["moment"]],
  [search(a, { id: "s_old", searched_at: "2025-09-30T23:59:59.999Z" }), "left", ["month"]],
  [search(a, { id: "s_kept", searched_at: "2025-10-01T00:00:00.000Z" }), "imported", []],
  [
    search(a, { id: "s_day", depart_date: "x", return_date: "2027-01-01" }),
    "imported",
    ["day.unclear"],
    { departure: null, back: null },
  ],
  [
    search(a, { id: "s_cabin", cabin_class: "sofa", price_range: null }),
    "imported",
    ["cabin.unclear"],
    { class: null, cheapest: null, currency: null },
  ],
  [
    search(a, { id: "s_range", price_range: '{"min":"x"}', result_count: -1 }),
    "imported",
    ["results.unclear", "price.unclear"],
    { cheapest: null, results: null, status: null },
  ],
];

const profiles: Case[] = [
  [
    profile(a, { id: "p_plain" }),
    "imported",
    [],
    { gender: "x", phone: "+442079460000", title: null, bornOn: "1984-05-17" },
  ],
  [
    profile(a, { id: "p_born", date_of_birth: "17.5.1984", gender: null }),
    "imported",
    ["born.unclear", "gender.unclear"],
    { bornOn: null, gender: null },
  ],
  [
    profile(a, { id: "p_mail", email: "x", phone: "1234", address: "here" }),
    "imported",
    ["email.invalid", "phone.unclear", "address.unclear"],
    { email: null, phoneAsGiven: "1234", address: null },
  ],
  [profile(a, { id: "p_name", first_name: null }), "imported", ["name.missing"], { givenName: "" }],
  [profile("user_gone", { id: "p_gone" }), "rejected", ["owner.gone"]],
  [profile("u_unproven", { id: "p_waits" }), "rejected", ["owner.rejected"]],
];

const all = { users, watches, bookings, searches, passenger_profiles: profiles };
type Told = { table: string; id: string | null; fate: string; why: string[] };
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
  const [row = {}] = await sql.query(
    `select ${["1 as one", ...parts.map((name) => `${name} as "${name}"`)].join()} from price_watches where legacy_id = $1`,
    [id],
  );
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
      row.people = opened.length;
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
