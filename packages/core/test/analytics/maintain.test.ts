import { beforeEach, expect, test } from "vitest";
import * as Analytics from "../../src/analytics.ts";
import { redis } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import { newId } from "../../src/base/id.ts";
import { interceptRequests } from "../support/network.ts";
import { dropMonths, partitionsOf, placesOf } from "../support/partitions.ts";
import { day, flush, recordSearches, signedInUser } from "../support/searches.ts";

const at = (moment: string) => new Date(`${moment}Z`);

beforeEach(async () => {
  await redis.flushall();
  await dropMonths("search_analytics");
  await sql`truncate search_analytics, search_routes, search_days, search_patterns`;
});

const months = () => partitionsOf("search_analytics");
const places = () => placesOf("search_analytics", "created_at");

/** Inserts searches at these moments, straight into the table. */
async function rows(...moments: string[]): Promise<void> {
  for (const moment of moments)
    await sql`
      insert into search_analytics (id, created_at, origin_code, destination_code)
      values (${newId("sch", at(moment))}, ${at(moment)}, 'STN', 'BGY')`;
}

test("the month and the two after it are created once, however often and by however many runs", async () => {
  const reports = await Promise.all([1, 2, 3].map(() => Analytics.maintain(at("2026-11-30T23:59:59.999"))));
  for (const { dropped } of reports) expect(dropped).toEqual([]);
  expect(await months()).toEqual(["2026_11", "2026_12", "2027_01", "default"]);
  expect(await Analytics.maintain(at("2026-11-30T23:59:59.999"))).toMatchObject({ made: [], dropped: [] });
  expect(await Analytics.maintain(at("2026-12-01T00:00:00"))).toMatchObject({ made: ["search_analytics_2027_02"] });
});

test("a search is in its month to the millisecond, and one from before its partition existed moves there", async () => {
  await rows("2026-09-15T12:00:00", "2026-10-31T23:59:59.999", "2026-11-01T00:00:00", "2027-01-31T23:59:59.999");
  await rows("2027-02-01T00:00:00");
  expect(new Set(await places())).toEqual(new Set(["default"]));
  await Analytics.maintain(at("2026-11-10T00:00:00"));
  expect(await places()).toEqual(["2026_09", "2026_10", "2026_11", "2027_01", "default"]);
  await rows("2026-11-30T23:59:59.999", "2026-12-01T00:00:00");
  expect((await places()).slice(2, 5)).toEqual(["2026_11", "2026_11", "2026_12"]);
  await Analytics.maintain(at("2026-12-01T00:00:00"));
  expect((await places()).at(-1)).toBe("2027_02");
});

test("a month that cannot be finished is left as it was, and created the next time", async () => {
  await rows("2026-11-05T00:00:00");
  const cut = interceptRequests(
    (_, body) => {
      if (body.includes("temporary table")) throw new TypeError("fetch failed");
    },
    () => Analytics.maintain(at("2026-11-10T00:00:00")),
  );
  await expect(cut).rejects.toThrow();
  expect(await places()).toEqual(["default"]);
  // A reader of searches waits only a short time behind a transaction that waits for it.
  const reading = sql.transaction([sql`select count(*) from search_analytics`, sql`select pg_sleep(4)`]);
  await sql`
    do $$ begin while not exists (
      select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
    ) loop perform pg_stat_clear_snapshot(); end loop; end $$`;
  await expect(Analytics.maintain(at("2026-11-10T00:00:00"))).rejects.toMatchObject({ code: "55P03" });
  expect(await places()).toEqual(["default"]);
  await reading;
  await Analytics.maintain(at("2026-11-10T00:00:00"));
  expect(await places()).toEqual(["2026_11"]);
});

test("a month is dropped thirteen months after its end, and no sooner; its counts stay", async () => {
  await rows("2025-10-01T00:00:00", "2025-10-31T23:59:59.999", "2025-11-01T00:00:00");
  await Analytics.maintain(at("2026-11-30T23:59:59.999"));
  expect(await places()).toEqual(["2025_10", "2025_10", "2025_11"]);
  await sql`insert into search_days values ('2025-10-01', 'simulator', 'ok', 'fresh', 2, 60)`;
  expect(await Analytics.maintain(at("2026-12-01T00:00:00"))).toMatchObject({ dropped: ["search_analytics_2025_10"] });
  expect(await places()).toEqual(["2025_11"]);
  expect(await sql`select from search_days`).toHaveLength(1);
  await rows("2025-10-15T00:00:00");
  expect(await Analytics.maintain(at("2026-12-01T00:00:00"))).toMatchObject({ made: [], dropped: [] });
  expect(await places()).toEqual(["2025_11"]);
});

test("searches written while months are created are neither lost nor doubled, and keep their users", async () => {
  const now = new Date();
  const { userId, token } = await signedInUser(now);
  const noted = Array.from({ length: 40 }, (_, n) => ({ at: new Date(now.getTime() - n * day), token }));
  await recordSearches(...noted);
  await Promise.all([flush({ chunk: 5 }), Analytics.maintain(now), flush({ chunk: 5 }), Analytics.maintain(now)]);
  await Analytics.maintain(now);
  expect((await Analytics.list(userId, { limit: 100 })).items).toHaveLength(40);
  expect(await places()).not.toContain("default");
  await sql`update search_analytics set request_id = null`;
  await sql`delete from users where users.id = ${userId}`;
  expect(await sql`select from search_analytics where user_id is null`).toHaveLength(40);
});
