import { beforeEach, expect, test, vi } from "vitest";
import * as Analytics from "../../src/analytics.ts";
import { redis } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import { logger } from "../../src/base/log.ts";
import * as Flight from "../../src/flight.ts";
import * as Session from "../../src/session.ts";
import * as a from "../support/factory.ts";
import { interceptRequests, withoutService } from "../support/network.ts";
import { criteria, flush, operator, recordSearches, signedInUser } from "../support/searches.ts";

const now = new Date();
const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds);

beforeEach(async () => {
  await redis.flushall();
  await sql`truncate search_analytics, search_routes, search_days, search_patterns, flight_cache`;
});

/** All counters, in a fixed order. */
async function counts() {
  const [row] = await sql`
    select (select count(*)::int from search_analytics) as "rows",
           (select json_agg(search_routes order by period, starts_on, origin_code, destination_code)::text
              from search_routes) as routes,
           (select json_agg(search_days order by day, provider, status, freshness)::text from search_days) as days,
           (select json_agg(search_patterns order by day, pattern, at_least)::text from search_patterns) as patterns`;
  return row;
}

const waiting = () => redis.xlen("searches");

test("a search is written with its user, its question and its answer", async () => {
  const { userId, token } = await signedInUser(now);
  const party = { adults: 2, childAges: [4, 9], infants: 1, cabin: "business" as const, maxStops: 1 };
  await recordSearches({ at: now, token, ...party });
  const [note] = await Analytics.list(userId, {}).then(({ items }) => items);
  expect(note).toBeUndefined();
  const { departureDate } = criteria(now);
  const query = { origin: "STN", destination: "BGY", departureDate, currency: "GBP", ...party };
  const { items, status } = await Flight.search({ ...query, limit: 100 }, now);
  expect(await flush()).toEqual({ searches: 1, unreadable: 0 });
  expect((await Analytics.list(userId, {})).items).toEqual([
    {
      moved: null,
      id: expect.stringMatching(/^sch_[0-9a-z]{26}$/),
      at: now.toISOString(),
      ...query,
      returnDate: null,
      status,
      freshness: "fresh",
      results: items.length,
      cheapest: items[0]?.total ?? null,
    },
  ]);
  const [row] = await sql`
    select search_analytics.passenger_count as passengers, search_analytics.provider, search_analytics.request_id as request
      from search_analytics`;
  expect(row).toEqual({ passengers: 5, provider: "simulator", request: expect.stringMatching(/^[\w-]{36}$/) });
});

test("the age of an answer is that of the answer stored when the search was made, whatever came later", async () => {
  const { departureDate } = criteria(now);
  const ask = (at: Date) => Flight.search({ origin: "STN", destination: "BGY", currency: "GBP", departureDate }, at);
  await recordSearches({ at: ago(7_200_000), departureDate });
  expect((await ask(ago(7_200_000))).freshness).toBe("fresh");
  await recordSearches({ at: ago(7_100_000), departureDate }, { at: ago(60_000), departureDate });
  await redis.del(Flight.cacheKey(criteria(now)));
  await sql`truncate flight_cache`;
  expect((await ask(ago(50_000))).freshness).toBe("fresh");
  await flush();
  const rows = await sql`select search_analytics.freshness from search_analytics order by search_analytics.created_at`;
  expect(rows.map(({ freshness }) => freshness)).toEqual(["fresh", "cached", "stale"]);
});

test("a search without an answer is written, and says so", async () => {
  await recordSearches({ at: now });
  await flush();
  const [row] = await sql`
    select search_analytics.status, search_analytics.freshness, search_analytics.provider, search_analytics.results_count
      from search_analytics`;
  expect(row).toEqual({ status: null, freshness: null, provider: null, results_count: null });
  expect((await Analytics.traffic(await operator(), {}, now)).items).toMatchObject([
    { searches: 1, freshness: { unknown: 1 } },
  ]);
});

test("a search waits until it has been answered", async () => {
  await recordSearches({ at: now });
  expect(await Analytics.flush(new Date())).toEqual({ searches: 0, unreadable: 0 });
  expect(await waiting()).toBe(1);
});

test("a flush killed at any point loses no search and counts none twice", async () => {
  const people = [await signedInUser(now), await signedInUser(now)];
  const all = people.flatMap(({ token }) => [
    { at: ago(1_000), token },
    { at: now, token },
  ]);
  await recordSearches(...all, { at: now });
  await flush();
  const once = await counts();
  expect(once?.rows).toBe(5);

  for (const lost of ["request", "answer"]) {
    for (let fatal = 0; ; fatal++) {
      await redis.flushall();
      await sql`truncate search_analytics, search_routes, search_days, search_patterns`;
      await recordSearches(...all, { at: now });
      let sent = 0;
      const died = await dying(
        fatal,
        lost,
        () => flush(),
        () => sent++,
      ).then(
        () => false,
        () => true,
      );
      await flush();
      expect(await counts(), `${lost} ${fatal}`).toEqual(once);
      expect(await waiting()).toBe(0);
      if (!died) break;
      expect(fatal).toBeLessThan(20);
    }
  }
});

/** Runs `work` while the request with that number is not sent, or its answer is lost. */
async function dying(fatal: number, lost: string, work: () => Promise<unknown>, count: () => number): Promise<unknown> {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    if (count() !== fatal) return send(input, init);
    if (lost === "answer") await (await send(input, init)).text();
    throw new TypeError("fetch failed");
  };
  return work().finally(() => {
    globalThis.fetch = send;
  });
}

test("concurrent flushes write each search once", async () => {
  const { token } = await signedInUser(now);
  await recordSearches(...Array.from({ length: 60 }, (_, n) => ({ at: ago(n), token, origin: n % 2 ? "STN" : "LHR" })));
  const reports = await Promise.all([1, 2, 3, 4].map(() => flush({ chunk: 7 })));
  expect(reports.reduce((sum, { searches }) => sum + searches, 0)).toBe(60);
  expect(await waiting()).toBe(0);
  const routes = await sql`
    select search_routes.origin_code as origin, search_routes.searches::int, search_routes.people
      from search_routes
     where search_routes.period = 'day'
     order by 1`;
  expect(routes).toEqual(["LHR", "STN"].map((origin) => ({ origin, searches: 30, people: 1 })));
});

test("an unreadable note is dropped, logged without its content, and does not hold back the others", async () => {
  const errors = vi.spyOn(logger, "error").mockImplementation(() => undefined);
  await recordSearches({ at: now });
  const [stored] = Object.values(await redis.xrange("searches", "-", "+")) as unknown as [string, string[]][];
  const note = JSON.parse(stored?.[1][1] ?? "");
  for (const wrong of [
    { id: "sch_x" },
    { at: "never" },
    { sessionId: "\0" },
    { requestId: "\ud800" },
    { criteria: { ...note.criteria, origin: "XX" } },
    { criteria: { ...note.criteria, departureDate: "2027-02-30" } },
    { criteria: { ...note.criteria, adults: 1e9 } },
    { more: 1 },
  ])
    await redis.xadd("searches", "*", { note: JSON.stringify({ ...note, ...wrong }) });
  for (const strange of [{ note: "{" }, { other: "x" }]) await redis.xadd("searches", "*", strange);
  await recordSearches({ at: ago(1) });
  expect(await flush({ chunk: 3 })).toEqual({ searches: 2, unreadable: 10 });
  expect(await waiting()).toBe(0);
  expect(errors.mock.calls).toEqual([["analytics.unreadable", { count: 10 }]]);
  errors.mockRestore();
});

test("a stopped flush does not fill Redis: beyond a limit the oldest notes are dropped", async () => {
  const bodies: string[] = [];
  const look = (_: string, body: string) => void bodies.push(body);
  await interceptRequests(look, () => recordSearches({ at: now }));
  const [, sha, , ...rest] = JSON.parse(bodies.at(-1) ?? "")[0] as string[];
  expect(Number(rest.pop())).toBe(100_000);
  const [stream = "", place = "", note = "", wait = ""] = rest;
  for (let count = 0; count < 400; count++) await redis.evalsha(sha ?? "", [stream, place], [note, wait, "50"]);
  // Redis trims a stream by whole nodes of a hundred.
  expect(await waiting()).toBeLessThan(200);
});

test("a search has its user while the session is live, and a user counts once a day, week and month", async () => {
  const one = await signedInUser(now);
  const { token } = await a.session(one.userId, now);
  const other = await signedInUser(now);
  const gone = await signedInUser(now);
  await recordSearches({ at: ago(3), token: one.token }, { at: ago(2), token }, { at: now, token: "no such session" });
  await flush();
  await recordSearches(
    { at: ago(1), token: one.token },
    { at: now, token: other.token },
    { at: now, token: gone.token },
  );
  await Session.logout(gone.token);
  await flush();
  expect((await Analytics.list(one.userId, {})).items).toHaveLength(3);
  const [nobodys] = await sql`
    select count(*)::int as count, count(search_analytics.request_id)::int as requests
      from search_analytics
     where search_analytics.user_id is null`;
  expect(nobodys).toEqual({ count: 2, requests: 0 });
  const routes = await sql`select search_routes.searches::int, search_routes.people from search_routes`;
  expect(routes).toEqual(["day", "week", "month"].map(() => ({ searches: 6, people: 2 })));
});

test("without Redis nothing is noted, and nothing fails", async () => {
  expect(await withoutService("redis", () => recordSearches({ at: now }))).toEqual([undefined]);
  await expect(withoutService("redis", () => flush())).rejects.toThrow();
});

test("a user's searches are listed newest first, page by page, and removed one by one or all together", async () => {
  const one = await signedInUser(now);
  const other = await signedInUser(now);
  await recordSearches(...[3, 2, 1, 0].map((n) => ({ at: ago(n), token: one.token })), { at: now, token: other.token });
  await flush();
  const first = await Analytics.list(one.userId, { limit: 3 });
  const rest = await Analytics.list(one.userId, { limit: 3, cursor: first.nextCursor ?? "" });
  const all = [...first.items, ...rest.items];
  expect(all.map(({ at }) => at)).toEqual([0, 1, 2, 3].map((n) => ago(n).toISOString()));
  expect(rest.nextCursor).toBeNull();

  const id = all[1]?.id ?? "";
  const missing = { kind: "missing", code: "search.missing" };
  await expect(Analytics.remove(other.userId, id)).rejects.toMatchObject(missing);
  await Analytics.remove(one.userId, id);
  await expect(Analytics.remove(one.userId, id)).rejects.toMatchObject(missing);
  expect((await Analytics.list(one.userId, {})).items.map((search) => search.id)).not.toContain(id);

  await Analytics.removeAll(one.userId, now);
  expect(await Analytics.list(one.userId, {})).toEqual({ items: [], nextCursor: null });
  expect((await Analytics.list(other.userId, {})).items).toHaveLength(1);
  const [left] = await sql`select count(*)::int as count, count(request_id)::int as requests from search_analytics`;
  expect(left).toEqual({ count: 5, requests: 1 });
});

test("searches before the removal of all do not come back, and later ones do", async () => {
  const { userId, token } = await signedInUser(now);
  await recordSearches({ at: ago(2), token });
  await Analytics.removeAll(userId, ago(1));
  await recordSearches({ at: now, token });
  await flush();
  expect((await Analytics.list(userId, {})).items.map(({ at }) => at)).toEqual([now.toISOString()]);
});

test("a search that is removed while it is being written stays removed", async () => {
  const { userId, token } = await signedInUser(now);
  await recordSearches({ at: ago(1), token });
  let forgotten: Promise<void> | undefined;
  await interceptRequests(
    (_, body) => {
      if (body.includes("jsonb_to_recordset")) forgotten ??= Analytics.removeAll(userId, now);
    },
    () => flush(),
  );
  await forgotten;
  expect((await Analytics.list(userId, {})).items).toEqual([]);
});

test("a note that Postgres refuses is dropped and named, and does not hold back the others", async () => {
  const errors = vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const days = [61, 62, 63, 64, 65].map((ahead) =>
    new Date(now.getTime() + ahead * 86_400_000).toISOString().slice(0, 10),
  );
  await recordSearches(...days.map((departureDate) => ({ at: now, departureDate })));
  await sql`alter table search_analytics add constraint is_refused check (departure_date <> ${sql.unsafe(`'${days[2]}'`)})`;
  try {
    expect(await flush()).toEqual({ searches: 4, unreadable: 1 });
  } finally {
    await sql`alter table search_analytics drop constraint is_refused`;
  }
  expect(await waiting()).toBe(0);
  expect(errors.mock.calls[0]).toEqual([
    "analytics.refused",
    { notes: [expect.stringMatching(/^sch_/)], error: expect.objectContaining({ code: "23514" }) },
  ]);
  errors.mockRestore();
});

test("a search is written with how long it waited for the providers, and none with a stored answer", async () => {
  const ask = (at: Date) => Flight.search({ ...criteria(now), childAges: [] } as never, at);
  await recordSearches({ at: ago(1_000) });
  await ask(ago(1_000));
  await recordSearches({ at: ago(500) });
  await flush();
  const rows = await sql`
    select freshness, search_duration_ms as took from search_analytics order by created_at`;
  expect(rows).toEqual([
    { freshness: "fresh", took: expect.any(Number) },
    { freshness: "cached", took: 0 },
  ]);
  expect(rows[0]?.took).toBeGreaterThanOrEqual(0);
  expect(rows[0]?.took).toBeLessThan(60_000);
});
