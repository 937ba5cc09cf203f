import { sql } from "@travel-conductor/core/base/db";
import * as Watch from "@travel-conductor/core/watch";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { moveIn } from "../../src/moving/run.ts";
import { verify } from "../../src/verifying/verify.ts";
import { changeOld, user, watch, writeOld } from "./old.ts";

const at = new Date("2026-11-25T12:00:00Z");
const databaseUrl = process.env.DATABASE_URL!;
const here = new pg.Client({ connectionString: databaseUrl });
const run = (path: string) => moveIn({ paths: [path], databaseUrl, at });
beforeAll(() => here.connect());
beforeEach(() => sql`truncate users, fare_keys, moved_rows, bookings, search_analytics, import_runs cascade`);
afterAll(() => here.end());

const [early, late] = ["2026-10-01T00:00:00.000Z", "2026-10-02T00:00:00.000Z"];
/** `w_1` stands for `w_2`, among enough others that one may be gone. */
const write = (one = {}, other = {}) =>
  writeOld({
    users: [user({ id: "u_1", email: "ann@example.com" })],
    watches: [
      watch("u_1", { id: "w_1", updatedAt: late, ...one }),
      watch("u_1", { id: "w_2", updatedAt: early, ...other }),
      ...Array.from({ length: 20 }, (_, index) => watch("u_1", { id: `x_${index}`, targetUsd: 300 + index })),
    ],
  });
const standing = () => sql`
  select legacy_id as id, target_price::int as target, is_active as active, (state -> 'last' ->> 0)::int as told
    from price_watches where legacy_id like 'w%' and ended_at is null order by legacy_id`;
async function differencesOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  await verify({ paths: [path], here, ats: [at], say: (line) => lines.push(line) });
  return lines.filter((line) => line.startsWith("DIFFERENT"));
}

test("the watch of one that is gone stands for the other, until that is gone too", async () => {
  const path = write();
  await run(path);
  changeOld(path, "delete from watches where id = 'w_1'");
  expect((await run(path)).gone).toEqual({ watches: [], ended: false });
  expect(await standing()).toMatchObject([{ id: "w_1", target: 11_999 }]);
  expect(await differencesOf(path)).toEqual([]);
  changeOld(path, "delete from watches where id = 'w_2'");
  expect((await run(path)).gone).toEqual({ watches: ["w_1"], ended: true });
  expect(await standing()).toEqual([]);
});

test.each(["w_1", "w_2"])("when %s of two that became one changes, both are watches of their own", async (id) => {
  const path = write();
  await run(path);
  changeOld(path, "update watches set targetUsd = 80 where id = ?", id);
  const { tables, exitCode } = await run(path);
  expect(exitCode).toBe(0);
  expect(tables.watches.imported).toBe(id === "w_1" ? 2 : 1);
  const targets = id === "w_1" ? [8_000, 11_999] : [11_999, 8_000];
  expect((await standing()).map(({ target }) => target)).toEqual(targets);
  expect(await differencesOf(path)).toEqual([]);
  expect((await run(path)).tables.watches).toEqual({ read: 22, unchanged: 22 });
});

test("when both change alike they stay one", async () => {
  const path = write();
  await run(path);
  changeOld(path, "update watches set targetUsd = 80 where id like 'w%'");
  const { tables } = await run(path);
  expect(tables.watches).toEqual({ read: 22, imported: 1, merged: 1, unchanged: 20 });
  expect(await standing()).toMatchObject([{ id: "w_1", target: 8_000 }]);
  expect(await differencesOf(path)).toEqual([]);
});

test("what another one of the same wish told, and that it is active, comes to the one that is here", async () => {
  const path = write({ active: 0, lastNotifiedUsd: 110 }, { active: 0 });
  await run(path);
  expect(await standing()).toEqual([{ id: "w_1", target: 11_999, active: false, told: 11_000 }]);
  changeOld(path, "update watches set active = 1, lastNotifiedUsd = 90 where id = 'w_2'");
  await run(path);
  expect(await standing()).toEqual([{ id: "w_1", target: 11_999, active: true, told: 9_000 }]);
  expect(await differencesOf(path)).toEqual([]);
  changeOld(path, "update watches set lastNotifiedUsd = 100 where id = 'w_1'");
  expect((await run(path)).tables.watches).toMatchObject({ imported: 1 });
  expect(await standing()).toEqual([{ id: "w_1", target: 11_999, active: true, told: 9_000 }]);
});

test("what its owner changed here stands for both, and goes on counting as changed", async () => {
  const path = write();
  await run(path);
  const [{ id, owner } = { id: "", owner: "" }] = (await sql`
    select id, user_id as owner from price_watches where legacy_id = 'w_1'`) as { id: string; owner: string }[];
  await Watch.pause(owner, id, at);
  changeOld(path, "update watches set lastNotifiedUsd = 90 where id = 'w_2'");
  await run(path);
  expect(await standing()).toEqual([{ id: "w_1", target: 11_999, active: false, told: 9_000 }]);
  changeOld(path, "update watches set flexDays = 1 where id = 'w_1'");
  expect((await run(path)).tables.watches).toMatchObject({ kept: 1 });
  await Watch.update(owner, id, { rules: { target: "50.00" } }, at);
  changeOld(path, "update watches set lastNotifiedUsd = 80 where id = 'w_2'");
  await run(path);
  expect(await standing()).toEqual([{ id: "w_1", target: 5_000, active: false, told: 9_000 }]);
});
