import { beforeEach, describe, expect, test } from "vitest";
import * as Analytics from "../../src/analytics.ts";
import { redis } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import { toFragment } from "../support/explain.ts";
import * as a from "../support/factory.ts";
import { interceptRequests } from "../support/network.ts";
import { createBooking, day, flush, operator, recordSearches, signedInUser } from "../support/searches.ts";

/** A Wednesday: its week is over on Monday the 16th, its day the day after, and its month in December. */
const wednesday = new Date("2026-11-11T12:00:00Z");
const on = (moment: string) => new Date(`${moment}Z`);

beforeEach(async () => {
  await redis.flushall();
  await sql`truncate search_analytics, search_routes, search_days, search_patterns, bookings, price_watches cascade`;
});

/** `people` users who search a route at `at`, each the given number of times. */
async function people(count: number, route: { origin: string; destination: string }, at = wednesday, times = 1) {
  const all = await Promise.all(Array.from({ length: count }, () => signedInUser(new Date())));
  await recordSearches(
    ...all.flatMap(({ token }) =>
      Array.from({ length: times }, (_, n) => ({ at: new Date(+at + n), token, ...route })),
    ),
  );
  await flush();
  return all;
}

const stnBgy = { origin: "STN", destination: "BGY" };
const lhrJfk = { origin: "LHR", destination: "JFK" };

describe("popular routes", () => {
  test("are those that five different users searched in the last whole window, most users first", async () => {
    await people(5, stnBgy);
    await people(6, lhrJfk);
    await people(4, { origin: "MAD", destination: "LIS" }, wednesday, 20);
    await recordSearches(...Array.from({ length: 30 }, () => ({ at: wednesday, origin: "MAD", destination: "LIS" })));
    await flush();
    const items = [
      { ...lhrJfk, searches: 6 },
      { ...stnBgy, searches: 5 },
    ];
    for (const [window, moment, from, to] of [
      ["day", "2026-11-12T00:00:00", "2026-11-11", "2026-11-11"],
      ["week", "2026-11-16T00:00:00", "2026-11-09", "2026-11-15"],
      ["month", "2026-12-31T23:59:59", "2026-11-01", "2026-11-30"],
    ] as const)
      expect(await Analytics.popular({ window }, on(moment))).toEqual({ window, from, to, items });
    expect((await Analytics.popular({ origin: "stn" }, on("2026-11-16T00:00:00"))).items).toEqual([items[1]]);
    expect((await Analytics.popular({ limit: 1 }, on("2026-11-16T00:00:00"))).items).toEqual([items[0]]);
    for (const moment of ["2026-11-15T23:59:59", "2026-11-23T00:00:00"])
      expect((await Analytics.popular({}, on(moment))).items).toEqual([]);
  });

  test("do not include a route that one user searched on five days", async () => {
    const { token } = await signedInUser(new Date());
    for (let ago = 0; ago < 5; ago++) {
      await recordSearches({ at: new Date(+wednesday - ago * day), token });
      await flush();
    }
    for (const window of ["week", "month"] as const)
      expect((await Analytics.popular({ window }, on("2026-12-01T00:00:00"))).items).toEqual([]);
  });
});

describe("patterns", () => {
  test("are shares by days ahead, nights and travelers; too few searches give none", async () => {
    const nights = (count: number) => new Date(+wednesday + (60 + count) * day).toISOString().slice(0, 10);
    await recordSearches(
      ...Array.from({ length: 90 }, () => ({ at: wednesday, returnDate: nights(7) })),
      ...Array.from({ length: 5 }, () => ({ at: wednesday, adults: 2, infants: 1 })),
      ...Array.from({ length: 4 }, () => ({ at: wednesday, departureDate: "2026-11-11" })),
    );
    await flush();
    const later = on("2026-12-01T00:00:00");
    const window = { window: "month", from: "2026-11-01", to: "2026-11-30" };
    expect(await Analytics.patterns({}, later)).toEqual({ ...window, daysAhead: [], nights: [], travellers: [] });
    await recordSearches({ at: wednesday, departureDate: "2026-11-12" });
    await flush();
    expect(await Analytics.patterns({}, later)).toEqual({
      ...window,
      daysAhead: [{ atLeast: 31, share: 0.95 }],
      nights: [
        { atLeast: -1, share: 0.1 },
        { atLeast: 4, share: 0.9 },
      ],
      travellers: [
        { atLeast: 1, share: 0.95 },
        { atLeast: 3, share: 0.05 },
      ],
    });
  });
});

describe("prices paid", () => {
  const paid = async (at = wednesday) =>
    (await Analytics.paid({ origin: "stn", destination: "BGY" }, { currency: "GBP" }, at)).paid;
  const ago = (days: number) => new Date(+wednesday - days * day);

  test("need five bookings by five different users", async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => a.user()));
    for (const [index, userId] of users.slice(0, 4).entries())
      await createBooking(userId, ago(1), 10_000 + index * 1_000);
    await createBooking(users[0] ?? "", ago(1), 50_000);
    await createBooking(null, ago(1), 50_000);
    expect(await paid()).toBeNull();
    await sql`delete from bookings where bookings.total_price = 50000`;
    await createBooking(users[4] ?? "", ago(1), 42_000, { travellers: 3 });
    expect(await paid()).toEqual({
      bookings: 5,
      lowerQuartile: { amount: "110.00", currency: "GBP" },
      median: { amount: "120.00", currency: "GBP" },
      upperQuartile: { amount: "130.00", currency: "GBP" },
    });
  });

  test("leave out cancelled bookings, other currencies and routes, bookings over a year old and future ones", async () => {
    for (const over of [{ status: "cancelled" }, { currency: "USD" }, { origin: "LHR" }])
      for (let count = 0; count < 5; count++) await createBooking(await a.user(), ago(1), 10_000, over);
    for (const at of [ago(365), new Date(+wednesday + 1)])
      for (let count = 0; count < 5; count++) await createBooking(await a.user(), at, 10_000);
    expect(await paid()).toBeNull();
    expect(await paid(new Date(+wednesday + 1))).toMatchObject({ bookings: 5 });
    expect(await paid(ago(1))).toMatchObject({ bookings: 5 });
  });
});

describe("conversion", () => {
  const week = async (at: Date) => (await Analytics.conversion(await operator(), { day: "2026-11-12" }, at)).items;
  const watched = async (userId: string, at: Date, over: object = {}) => {
    const { id } = await a.watch({ ...stnBgy, departureDate: "2027-02-01", ...over }, { userId, at });
    await sql`update price_watches set created_at = ${at} where price_watches.id = ${id}`;
  };
  const later = (days: number) => new Date(+wednesday + days * day);

  test("counts the users who searched, then created a watch and then booked, each once, for four weeks", async () => {
    const [one, two, three, four] = (await people(5, stnBgy, wednesday, 2)).map(({ userId }) => userId);
    await watched(one ?? "", later(1));
    await watched(one ?? "", later(2), { adults: 2 });
    await watched(two ?? "", on("2026-12-13T23:59:59"));
    // Too late, before the search, another route, and a user without a search.
    await watched(three ?? "", on("2026-12-14T00:00:00"));
    await watched(four ?? "", later(-1));
    await watched(four ?? "", later(1), { destination: "NAP" });
    await watched(await a.user(), later(1));
    await createBooking(one ?? "", later(3), 10_000);
    await createBooking(two ?? "", later(3), 10_000, { status: "cancelled" });
    const expected = { ...stnBgy, searches: 10, searchers: 5, watchers: 2, bookers: 1 };
    for (const at of [later(32), later(32)]) {
      await Analytics.maintain(at);
      expect(await week(at)).toEqual([expected]);
    }
    await sql`delete from bookings`;
    await Analytics.maintain(later(32));
    expect(await week(later(32))).toEqual([{ ...expected, bookers: 0 }]);
  });

  test("of a week is final four weeks after it, and stays", async () => {
    const [one] = await people(1, stnBgy);
    await watched(one?.userId ?? "", later(1));
    const id = await operator();
    const funnel = (at: Date, query = {}) => Analytics.conversion(id, query, at);
    await Analytics.maintain(on("2026-12-13T23:59:59"));
    expect(await funnel(on("2026-12-13T23:59:59"), { day: "2026-11-15" })).toMatchObject({
      week: "2026-W46",
      from: "2026-11-09",
      final: false,
      items: [{ watchers: 1 }],
    });
    await sql`delete from price_watches`;
    await Analytics.maintain(on("2026-12-14T00:00:00"));
    expect(await funnel(on("2026-12-14T00:00:00"), { day: "2026-11-09" })).toMatchObject({
      final: true,
      items: [{ watchers: 1 }],
    });
    expect(await funnel(on("2026-11-16T00:00:00"))).toMatchObject({ week: "2026-W46" });
    for (const [date, name] of [
      ["2027-01-03", "2026-W53"],
      ["2027-01-04", "2027-W01"],
      ["2024-12-30", "2025-W01"],
    ])
      expect(await funnel(wednesday, { day: date })).toMatchObject({ week: name });
  });

  test("and traffic are for operators only", async () => {
    const refused = { code: "operator.required" };
    const userId = await a.user();
    await expect(Analytics.conversion(userId, {}, wednesday)).rejects.toMatchObject(refused);
    await expect(Analytics.traffic(userId, {}, wednesday)).rejects.toMatchObject(refused);
  });
});

describe("the work of a report", () => {
  test("is the same after two thousand searches as after twenty, and reads no searches", async () => {
    const id = await operator();
    const reads = [
      () => Analytics.popular({ window: "month" }, on("2026-12-01T00:00:00")),
      () => Analytics.popular({ window: "month", origin: "STN" }, on("2026-12-01T00:00:00")),
      () => Analytics.patterns({}, on("2026-12-01T00:00:00")),
      () => Analytics.conversion(id, { day: "2026-11-11" }, wednesday),
      () => Analytics.traffic(id, { days: 31 }, on("2026-11-30T00:00:00")),
    ];
    const tokens = (await people(5, stnBgy)).map(({ token }) => token);
    const more = async (count: number) => {
      for (let left = count; left > 0; left -= 500)
        await recordSearches(
          ...Array.from({ length: Math.min(left, 500) }, (_, n) => ({ at: wednesday, token: tokens[n % 5] })),
        );
      await flush();
      const found: Awaited<ReturnType<typeof touched>>[] = [];
      for (const read of reads) found.push(await touched(read));
      return found;
    };
    const few = await more(20);
    expect(await more(1_980)).toEqual(few);
    for (const { rows, tables } of few) {
      expect(rows).toBeGreaterThan(0);
      expect(rows).toBeLessThan(10);
      expect(tables.join()).not.toMatch("search_analytics");
    }
  });
});

type Plan = Record<string, unknown> & { Plans?: Plan[] };

/** The tables that a verb's statements read, with the number of rows, as Postgres itself counts them. */
async function touched(read: () => Promise<unknown>): Promise<{ rows: number; tables: string[] }> {
  const bodies: string[] = [];
  await interceptRequests((service, body) => void (service === "postgres" && bodies.push(body)), read);
  const nodes: Plan[] = [];
  const walk = (plan: Plan): void => {
    nodes.push(plan);
    for (const each of plan.Plans ?? []) walk(each);
  };
  for (const body of bodies) {
    const sent = JSON.parse(body);
    for (const statement of sent.queries ?? [sent]) {
      const [row] = await toFragment(statement, "explain (analyze, format json) ");
      walk(row?.["QUERY PLAN"][0].Plan);
    }
  }
  const scans = nodes.filter((node) => node["Relation Name"]);
  const count = (node: Plan) => {
    const removed = Number(node["Rows Removed by Filter"] ?? 0);
    return (Number(node["Actual Rows"]) + removed) * Number(node["Actual Loops"]);
  };
  return {
    rows: scans.reduce((sum, node) => sum + count(node), 0),
    tables: [...new Set(scans.map((node) => String(node["Relation Name"])))].sort(),
  };
}
