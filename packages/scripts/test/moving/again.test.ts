import { writeFileSync } from "node:fs";
import { sql } from "@travel-conductor/core/base/db";
import * as User from "@travel-conductor/core/user";
import * as Watch from "@travel-conductor/core/watch";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Refused } from "../../src/command.ts";
import { moveIn } from "../../src/moving/run.ts";
import { dieBeforeEach } from "./killed.ts";
import { booking, changeOld, folder, profile, search, user, watch, writeOld } from "./old.ts";

const at = new Date("2026-11-25T12:00:00Z");
const databaseUrl = process.env.DATABASE_URL!;
const run = (path: string, more = {}) => moveIn({ paths: [path], databaseUrl, at, ...more });
const people = [
  user({ id: "u_ann" }),
  user({ id: "u_bob", email: "same@example.com" }),
  user({ id: "u_cat", email: "SAME@example.com" }),
];
const watches = Array.from({ length: 12 }, (_, index) =>
  watch("u_ann", { id: `w_${index}`, targetUsd: 100 + index, flexDays: index % 3 }),
);
const write = (more = {}) =>
  writeOld({
    ...{ users: people, watches, bookings: [booking("u_ann", { id: "b_1" }), booking("u_bob", { id: "b_2" })] },
    ...{ searches: [search("u_ann", { id: "s_1" })], passenger_profiles: [profile("u_ann", { id: "p_1" })], ...more },
  });

const clear = () => sql`truncate users, fare_keys, moved_rows, bookings, search_analytics, import_runs cascade`;
beforeEach(clear);
afterEach(clear);

/** All that a run writes; what is sealed is never twice the same, and runs have moments of their own. */
async function state(): Promise<string> {
  const rows = await Promise.all([
    sql`select users.* from users order by id`,
    sql`select to_jsonb(channels) - 'created_at' - 'version_at' as row from channels order by id`,
    sql`select price_watches.* from price_watches order by id`,
    sql`select watch_fares.* from watch_fares order by watch_id, fare_id`,
    sql`select watch_changes.* from watch_changes order by watch_id, version`,
    sql`select fares.* from fares order by id`,
    sql`select basket_fares.* from basket_fares order by basket_id, fare_id`,
    sql`select to_jsonb(bookings) - 'passenger_data' as row from bookings order by id`,
    sql`select search_analytics.* from search_analytics order by id`,
    sql`select to_jsonb(travelers) - 'sealed' as row from travelers order by id`,
    sql`select moved_rows.* from moved_rows order by source, old_id`,
  ]);
  return JSON.stringify(rows);
}

test("a second run finds everything as it was", async () => {
  const path = write();
  await run(path);
  const before = await state();
  const { tables, exitCode } = await run(path);
  expect(tables.watches).toEqual({ read: 12, unchanged: 12 });
  expect(tables.users).toEqual({ read: 3, unchanged: 3 });
  expect([tables.bookings, tables.searches, tables.passenger_profiles].map(({ unchanged }) => unchanged)).toEqual([
    2, 1, 1,
  ]);
  expect(exitCode).toBe(0);
  expect(await state()).toBe(before);
});

test("two runs at once, and a run that is killed before any statement and started again, end the same", async () => {
  const path = write();
  let statements = 0;
  await run(path, { onStatement: () => statements++ });
  const whole = await state();
  await clear();
  await Promise.all([run(path), run(path)]);
  expect(await state()).toBe(whole);
  expect(statements).toBeGreaterThan(20);
  await dieBeforeEach([0, statements], run, () => clear().then(() => path), state, whole);
}, 60_000);

test("what is new or changed in the file comes too, whatever its moment says", async () => {
  const path = write();
  await run(path);
  changeOld(
    path,
    "update users set first_name = 'Anna', password_hash = ? where id = 'u_ann'",
    `$2b$10$${"c".repeat(53)}`,
  );
  changeOld(path, "update watches set targetUsd = 77, active = 0 where id = 'w_1'");
  changeOld(path, "update watches set flexDays = 2, lastNotifiedUsd = 60 where id = 'w_3'");
  changeOld(path, "update bookings set total_amount = 200 where id = 'b_1'");
  changeOld(path, "update searches set result_count = 9 where id = 's_1'");
  changeOld(path, "update passenger_profiles set last_name = 'Li' where id = 'p_1'");
  changeOld(
    path,
    "insert into users (id, email, first_name, last_name, created_at) values ('u_new', 'new@example.com', 'New', 'One', '2026-11-01T00:00:00Z')",
  );
  const { tables, reasons } = await run(path);
  expect(reasons.watches).toEqual({});
  expect(tables.users).toEqual({ read: 4, imported: 2, unchanged: 2 });
  expect(tables.watches).toEqual({ read: 12, imported: 2, unchanged: 10 });
  expect([tables.bookings.imported, tables.searches.imported, tables.passenger_profiles.imported]).toEqual([1, 1, 1]);
  expect(
    await sql`select first_name, substr(password_hash, 1, 7) as hash from users where legacy_id = 'u_ann'`,
  ).toEqual([{ first_name: "Anna", hash: "$2b$10$" }]);
  expect(await sql`select target_price::int as target, is_active from price_watches where legacy_id = 'w_1'`).toEqual([
    { target: 7700, is_active: false },
  ]);
  expect(
    await sql`select what ->> 'departureFrom' as first, state -> 'last' ->> 0 as told from price_watches where legacy_id = 'w_3'`,
  ).toEqual([{ first: "2027-02-27", told: "6000" }]);
  expect(await sql`select total_price::int as total from bookings where legacy_id = 'b_1'`).toEqual([
    { total: 20_000 },
  ]);
  const again = await run(path);
  expect(again.tables.watches).toEqual({ read: 12, unchanged: 12 });
});

test("what a person changed or deleted here stays, and both values are told", async () => {
  const path = write();
  await run(path);
  const owner = (await sql`select id from users where legacy_id = 'u_ann'`)[0]!.id as string;
  await User.update(owner, { firstName: "Annie" });
  const [one, two] = (await sql`select id from price_watches where legacy_id in ('w_1', 'w_2') order by legacy_id`) as {
    id: string;
  }[];
  await Watch.update(owner, one!.id, { rules: { target: "50.00" } }, at);
  await Watch.remove(owner, two!.id);
  await sql`delete from users where legacy_id = 'u_bob'`;
  changeOld(path, "update users set first_name = 'Anna' where id = 'u_ann'");
  changeOld(path, "update watches set targetUsd = 77 where id in ('w_1', 'w_2')");
  const reportPath = `${folder}/kept.json`;
  const { tables, exitCode } = await run(path, { reportPath });
  expect(tables.users).toEqual({ read: 3, kept: 1, left: 2 });
  expect(tables.watches).toEqual({ read: 12, kept: 1, left: 1, unchanged: 10 });
  expect(exitCode).toBe(1);
  const { readFileSync } = await import("node:fs");
  const { rows } = JSON.parse(readFileSync(reportPath, "utf8")) as { rows: Record<string, Record<string, unknown>>[] };
  const kept = rows.find(({ id }) => (id as unknown) === "u_ann");
  expect([kept?.here?.firstName, kept?.content?.first_name]).toEqual(["Annie", "Anna"]);
  expect(await sql`select first_name from users order by legacy_id`).toEqual([{ first_name: "Annie" }]);
});

test("a watch that is gone from the file ends, unless a person changed it or a tenth of them is gone", async () => {
  const path = write();
  await run(path);
  changeOld(path, "delete from watches where id = 'w_5'");
  expect((await run(path)).gone).toEqual({ watches: ["w_5"], ended: true });
  expect(await sql`select legacy_id from price_watches where ended_at is not null`).toEqual([{ legacy_id: "w_5" }]);
  changeOld(path, "delete from watches where id = 'w_6'");
  expect((await run(path)).gone).toEqual({ watches: ["w_5", "w_6"], ended: false });
  expect(await sql`select legacy_id from price_watches where ended_at is not null`).toEqual([{ legacy_id: "w_5" }]);
});

test("first checks take as many days as the provider's budget needs, the same in each run", async () => {
  const path = write();
  const spreadOf = async () => {
    await run(path, { callsADay: 3 });
    const [spread] = await sql`
      select count(*)::int as fares, max(due_at) - min(due_at) > interval '1 day' as wide,
             max(due_at) <= ${at}::timestamptz + ceil(count(*) / 3.0) * interval '1 day' as within
        from fares where due_at is not null`;
    return spread;
  };
  const first = await spreadOf();
  expect(first).toMatchObject({ wide: true, within: true });
  const before = await state();
  expect(await spreadOf()).toEqual(first);
  expect(await state()).toBe(before);
});

test("the hundred watches that changed last stay active", async () => {
  const many = Array.from({ length: 105 }, (_, index) =>
    watch("u_ann", {
      id: `w_${index}`,
      targetUsd: 100 + index,
      updatedAt: new Date(Date.UTC(2026, 0, 1, index)).toISOString(),
    }),
  );
  const { reasons } = await run(write({ watches: many }));
  expect(reasons.watches).toEqual({ "active.most": 5 });
  const paused =
    await sql`select legacy_id, paused_because from price_watches where not is_active order by target_price`;
  expect(paused).toEqual([0, 1, 2, 3, 4].map((index) => ({ legacy_id: `w_${index}`, paused_because: "moved" })));
});

test("a file of watches alone counts too, and of one id the later change", async () => {
  const first = write({
    watches: [watch("u_ann", { id: "w_1", targetUsd: 1, updatedAt: "2026-10-01T00:00:00.000Z" })],
  });
  const second = writeOld(
    {
      watches: [
        watch("u_ann", { id: "w_1", targetUsd: 2, updatedAt: "2026-10-02T00:00:00.000Z" }),
        watch("anon", { id: "w_2", email: "same@example.com" }),
      ],
    },
    { drop: ["watches.tripType", "watches.lastProvider", "watches.lastSourceLink", "watches.provider"] },
  );
  const { tables } = await moveIn({ paths: [first, second], databaseUrl, at });
  expect(tables.watches).toEqual({ read: 3, imported: 2, merged: 1 });
  expect(await sql`select legacy_id, target_price::int as target from price_watches order by 1`).toEqual([
    { legacy_id: "w_1", target: 200 },
    { legacy_id: "w_2", target: 11_999 },
  ]);
});

test("a value that exceeds a limit of Postgres costs its row alone", async () => {
  await sql`
    create function refuse() returns trigger language plpgsql as $$
    begin
      if new.legacy_id = 'p_7' then raise exception 'too long' using errcode = '54000'; end if;
      return new;
    end $$`;
  await sql`create trigger refuse before insert on travelers for each row execute function refuse()`;
  try {
    const profiles = Array.from({ length: 20 }, (_, index) => profile("u_ann", { id: `p_${index}` }));
    const { tables, reasons } = await run(write({ passenger_profiles: profiles }));
    expect(tables.passenger_profiles).toEqual({ read: 20, imported: 19, rejected: 1 });
    expect(reasons.passenger_profiles).toEqual({ "refused.54000": 1 });
  } finally {
    await sql`drop function refuse cascade`;
  }
});

test("a file that is none is refused before anything is written", async () => {
  const text = `${folder}/text.db`;
  writeFileSync(text, "no database at all, but a text that is long enough to be read as its header".repeat(100));
  const empty = writeOld({});
  const view = writeOld({ users: [] });
  changeOld(view, "drop table users");
  changeOld(view, "create view users as select 1 as id");
  const damaged = writeOld({ users: people, watches });
  changeOld(damaged, "pragma wal_checkpoint(truncate)");
  const { readFileSync } = await import("node:fs");
  const bytes = readFileSync(damaged);
  bytes.fill(0x5a, 4_096, 12_000);
  writeFileSync(damaged, bytes);
  for (const path of [text, empty, view, damaged, `${folder}/nowhere.db`])
    await expect(run(path), path).rejects.toThrow(Refused);
  expect(await sql`select from import_runs`).toEqual([]);
});
