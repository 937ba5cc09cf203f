import { sql } from "@travel-conductor/core/base/db";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { moveIn } from "../../src/moving/run.ts";
import { verify } from "../../src/verifying/verify.ts";
import { booking, changeOld, profile, search, user, watch, writeOld } from "./old.ts";

const at = new Date("2026-11-25T12:00:00Z");
const databaseUrl = process.env.DATABASE_URL!;
const here = new pg.Client({ connectionString: databaseUrl });
const run = (...paths: string[]) => moveIn({ paths, databaseUrl, at });
const [early, late] = ["2026-10-01T00:00:00.000Z", "2026-10-02T00:00:00.000Z"];

beforeAll(() => here.connect());
beforeEach(() => sql`truncate users, fare_keys, moved_rows, bookings, search_analytics, import_runs cascade`);
afterAll(() => here.end());

/** What the verification finds different. */
async function differencesOf(...paths: string[]): Promise<string[]> {
  const lines: string[] = [];
  await verify({ paths, here, ats: [at], say: (line) => lines.push(line) });
  return lines.filter((line) => line.startsWith("DIFFERENT"));
}

test("of rows with one id in two files the one that was changed last is here, and the other is counted", async () => {
  const write = (moment: string, amount: number) =>
    writeOld({
      users: [user({ id: "u_1", first_name: `Ann ${moment === late ? "the late" : ""}`, updated_at: moment })],
      watches: [watch("u_1", { id: "w_1", targetUsd: amount, updatedAt: moment })],
      bookings: [
        booking("u_1", { id: "b_1", booking_reference: "REF", total_amount: amount, created_at: moment }),
        booking("u_1", { id: "b_2", booking_reference: "OTHER", total_amount: amount }),
      ],
      searches: [search("u_1", { id: "s_1", price_range: `{"min":${amount}}`, searched_at: moment })],
      passenger_profiles: [profile("u_1", { id: "p_1", last_name: `Lee ${moment}`, updated_at: moment })],
    });
  const paths = [write(late, 2), write(early, 1)];
  const { tables } = await run(...paths);
  for (const name of ["users", "watches", "searches", "passenger_profiles"] as const)
    expect([name, tables[name]]).toEqual([name, { read: 2, imported: 1, merged: 1 }]);
  expect(tables.bookings).toEqual({ read: 4, imported: 2, merged: 2 });
  expect(
    await sql`
      select users.first_name as name,
             (select target_price::int from price_watches) as target,
             (select json_agg(json_build_array(booking_reference, total_price) order by legacy_id) from bookings) as bookings,
             (select cheapest::int from search_analytics) as cheapest
        from users`,
  ).toEqual([
    {
      ...{ name: "Ann the late", target: 200, cheapest: 200 },
      bookings: [
        ["REF", 200],
        ["OTHER", 200],
      ],
    },
  ]);
  expect(await differencesOf(...paths)).toEqual([]);
  const again = await run(...paths);
  expect(again.tables.bookings).toEqual({ read: 4, unchanged: 2, merged: 2 });
});

test("a change is a moment, however it is written", async () => {
  const write = (updatedAt: string, targetUsd: number) =>
    writeOld({ users: [user({ id: "u_1" })], watches: [watch("u_1", { id: "w_1", targetUsd, updatedAt })] });
  const paths = [write("2026-10-02T00:30:00.000+02:00", 1), write("2026-10-01T23:00:00.000Z", 2)];
  await run(...paths);
  expect(await sql`select target_price::int as target from price_watches`).toEqual([{ target: 200 }]);
  expect(await differencesOf(...paths)).toEqual([]);
});

test("a later run without the second file ends none of its watches", async () => {
  const own = Array.from({ length: 12 }, (_, index) => watch("u_1", { id: `w_${index}`, targetUsd: 100 + index }));
  const first = writeOld({ users: [user({ id: "u_1" })], watches: own });
  const second = writeOld({ watches: [watch("u_1", { id: "w_other" })] });
  await run(first, second);
  const { gone } = await run(first);
  expect(gone).toEqual({ watches: ["w_other"], ended: false });
  expect(await sql`select from price_watches where ended_at is not null`).toEqual([]);
});

test("a search of nobody that changed in the file comes, one that its owner had forgotten does not", async () => {
  const path = writeOld({
    users: [user({ id: "u_1" })],
    searches: [search("gone", { id: "s_1" }), search("u_1", { id: "s_2" })],
  });
  await run(path);
  await sql`update search_analytics set user_id = null`;
  changeOld(path, "update searches set result_count = 9");
  const { tables } = await run(path);
  expect(tables.searches).toEqual({ read: 2, imported: 1, left: 1 });
  expect(await sql`select results_count as results from search_analytics order by legacy_id`).toEqual([
    { results: 9 },
    { results: 4 },
  ]);
});
