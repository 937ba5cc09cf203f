import { sql } from "@travel-conductor/core/base/db";
import * as Sweep from "@travel-conductor/core/sweep";
import * as Watch from "@travel-conductor/core/watch";
import { beforeEach, expect, test } from "vitest";
import { stubProvider } from "../../../core/test/support/stubprovider.ts";
import { everySweep } from "../../../core/test/support/sweep.ts";
import { moveIn } from "../../src/moving/run.ts";
import { dieBeforeEach } from "./killed.ts";
import { changeOld, user, watch, writeOld } from "./old.ts";

const at = new Date("2026-11-25T12:00:00Z");
const days = (count: number) => new Date(at.getTime() + count * 86_400_000);
const run = (path: string, more = {}) => moveIn({ paths: [path], databaseUrl: process.env.DATABASE_URL!, at, ...more });
const clear = () => sql`truncate users, fare_keys, moved_rows, bookings, search_analytics, import_runs cascade`;
beforeEach(clear);

const write = (...watches: ReturnType<typeof watch>[]) =>
  writeOld({ users: [user({ id: "u_1", email: "ann@example.com" })], watches });
const standing = () => sql`
  select legacy_id as id, target_price::float8 as target, is_active as active, paused_because as paused,
         ended_at is not null as ended, departure_date::text as departure, version
    from price_watches order by legacy_id`;
const ofWatch = async (id: string) =>
  (await sql`select id, user_id as owner from price_watches where legacy_id = ${id}`)[0] as {
    id: string;
    owner: string;
  };

test("a later run that is killed before any statement, and started again, ends as a whole one", async () => {
  const watches = ["w_0", "w_1", "w_2", "w_3"].map((id, index) =>
    watch("u_1", { id, targetUsd: 100 + index, lastNotifiedUsd: 90 + index, flexDays: index }),
  );
  const begin = async () => {
    await clear();
    const path = write(...watches);
    await run(path);
    changeOld(path, "update watches set targetUsd = 80, active = 0 where id = 'w_0'");
    changeOld(path, "update watches set start = '2027-03-02', flexDays = 2 where id = 'w_1'");
    changeOld(path, "update watches set lastNotifiedUsd = 50, active = 0 where id = 'w_2'");
    changeOld(path, "update watches set userId = 'u_2' where id = 'w_3'");
    return path;
  };
  const state = async () =>
    JSON.stringify([
      await sql`select price_watches.* from price_watches order by id`,
      await sql`select watch_changes.* from watch_changes order by watch_id, version`,
      await sql`select watch_fares.* from watch_fares order by watch_id`,
      await sql`select moved_rows.* from moved_rows order by source, old_id`,
    ]);
  let statements = 0;
  const { tables } = await run(await begin(), { onStatement: () => statements++ });
  expect(tables.watches).toEqual({ read: 4, imported: 3, rejected: 1 });
  const whole = await state();
  await dieBeforeEach([5, statements], run, begin, state, whole);
}, 60_000);

test("a dry run of a change says what the run says, and writes nothing", async () => {
  const path = write(watch("u_1", { id: "w_0" }), watch("u_1", { id: "w_1", targetUsd: 60 }));
  await run(path);
  changeOld(path, "update watches set targetUsd = 60");
  const before = await standing();
  const dry = await run(path, { isDryRun: true });
  expect(await standing()).toEqual(before);
  expect(await run(path)).toEqual(dry);
  expect([dry.tables.watches, dry.reasons.watches]).toEqual([
    { read: 2, kept: 1, unchanged: 1 },
    { "watch.duplicate": 1 },
  ]);
});

test("of a watch that has told a price only a further fall is told after its target and days changed", async () => {
  const path = write(watch("u_1", { id: "w_0", targetUsd: 200, lastNotifiedUsd: 180 }));
  await run(path);
  const { id } = await ofWatch("w_0");
  const sweep = (day: number, price: number) =>
    Sweep.run(days(day), { provider: stubProvider(() => price), cadence: everySweep });
  await sweep(2, 17_000);
  changeOld(path, "update watches set targetUsd = 190");
  await run(path, { at: days(3) });
  await sweep(5, 17_000);
  changeOld(path, "update watches set start = '2027-03-02', lastNotifiedUsd = 160");
  await run(path, { at: days(6) });
  await sweep(8, 16_500);
  await sweep(9, 15_000);
  expect(await sql`select price::int from alerts where watch_id = ${id} order by id`).toEqual([
    { price: 17_000 },
    { price: 15_000 },
  ]);
});

test("what the old application writes at its checks is no change", async () => {
  const path = write(watch("u_1", { id: "w_0" }));
  await run(path);
  const { id, owner } = await ofWatch("w_0");
  await Watch.update(owner, id, { rules: { target: "50.00" } }, at);
  changeOld(path, "update watches set lastBestUsd = 140, lastProvider = 'x', updatedAt = '2026-11-24T00:00:00.000Z'");
  const { tables, exitCode } = await run(path);
  expect([tables.watches, exitCode]).toEqual([{ read: 1, unchanged: 1 }, 0]);
});

test("a change of a watch that rests here comes, and it goes on resting or is active as one that arrives", async () => {
  const many = Array.from({ length: 101 }, (_, index) =>
    watch("u_1", {
      id: `m_${String(index).padStart(3, "0")}`,
      targetUsd: 200 + index,
      updatedAt: days(index - 200).toISOString(),
    }),
  );
  const path = write(
    ...many,
    watch("u_1", { id: "far", start: "2028-03-01", end: "2028-03-08", updatedAt: days(-300).toISOString() }),
    watch("u_1", { id: "past", start: "2026-11-01", end: "2026-11-08", updatedAt: days(-300).toISOString() }),
  );
  await run(path);
  changeOld(path, "update watches set targetUsd = 50 where id in ('far', 'm_000')");
  changeOld(path, "update watches set start = '2027-05-01', end = '2027-05-08' where id = 'past'");
  const { tables, reasons, exitCode } = await run(path);
  expect([tables.watches, exitCode]).toEqual([{ read: 103, imported: 3, unchanged: 100 }, 0]);
  expect(reasons.watches).toEqual({ "day.unsold": 1, "active.most": 2 });
  const rest = { active: false, paused: "moved", ended: false, version: 2 };
  expect((await standing()).filter(({ id }) => ["far", "m_000", "past"].includes(String(id)))).toEqual([
    { id: "far", target: 5_000, ...rest, departure: "2028-03-01" },
    { id: "m_000", target: 5_000, ...rest, departure: "2027-03-01" },
    { id: "past", target: 11_999, ...rest, departure: "2027-05-01" },
  ]);
  changeOld(path, "update watches set active = 0 where id = 'm_050'");
  changeOld(path, "update watches set flexDays = 1 where id = 'past'");
  await run(path);
  expect((await standing()).filter(({ id }) => id === "past")).toMatchObject([{ active: true, paused: null }]);
});

test("a watch that ended by time here goes on when its days are to come, and a target of any size comes", async () => {
  const path = write(watch("u_1", { id: "w_0", start: "2026-12-01", end: "2026-12-08" }), watch("u_1", { id: "w_1" }));
  await run(path);
  await Watch.expire(days(20));
  changeOld(path, "update watches set start = '2027-05-01', end = '2027-05-08' where id = 'w_0'");
  changeOld(path, "update watches set targetUsd = 3000000000 where id = 'w_1'");
  const { exitCode } = await run(path, { at: days(20) });
  expect(exitCode).toBe(0);
  expect(await standing()).toMatchObject([
    { id: "w_0", active: true, ended: false, departure: "2027-05-01" },
    { id: "w_1", target: 300_000_000_000 },
  ]);
});
