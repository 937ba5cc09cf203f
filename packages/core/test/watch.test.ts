import { describe, expect, test } from "vitest";
import { sql } from "../src/base/db.ts";
import { newId } from "../src/base/id.ts";
import { wishes } from "../src/flight.ts";
import * as Sweep from "../src/sweep.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./support/factory.ts";
import { stubProvider } from "./support/stubprovider.ts";

const minute = 60_000;
const later = (ms: number) => new Date(a.noon.getTime() + ms);
const missing = { kind: "missing", code: "watch.missing" };

/** A sweep in which every fare has this price. */
async function sweep(price: number, at: Date): Promise<void> {
  const cadence: Sweep.Options["cadence"] = (_, at) => new Date(at.getTime() + 1);
  await Sweep.run(at, { provider: stubProvider(() => price), cadence });
}

describe("create", () => {
  test("returns the watch as it will be read: defaults, codes in capitals, ages in order", async () => {
    const userId = await a.user();
    const { origin, destination, departureDate } = a.route();
    const made = await Watch.create(
      userId,
      {
        origin: origin.toLowerCase(),
        destination,
        departureDate,
        returnDate: "2026-08-09",
        childAges: [9, 4],
        infants: 1,
        currency: "kwd",
        rules: { target: "20.5" },
      },
      a.noon,
    );
    expect(made).toEqual({
      changedAt: null,
      moved: null,
      lastStatus: null,
      trend: [],
      id: expect.stringMatching(/^wch_/),
      origin,
      destination,
      departureDate,
      returnDate: "2026-08-09",
      departureFrom: null,
      departureTo: null,
      stayNights: null,
      weekendsIn: null,
      ...Object.fromEntries(Object.keys(wishes).map((name) => [name, null])),
      unknownAirlines: [],
      adults: 1,
      childAges: [4, 9],
      infants: 1,
      cabin: "economy",
      maxStops: null,
      currency: "KWD",
      rules: { target: { amount: "20.500", currency: "KWD" }, drop: "0.10", newLow: false, routeLow: false },
      channels: null,
      fares: 1,
      state: "active",
      snoozedUntil: null,
      snoozedPastEnd: false,
      pausedBecause: null,
      endsOn: null,
      endsAt: "2026-08-01T18:00:00.000Z",
      endedAt: null,
      bookedPrice: null,
      series: 1,
      source: null,
      sourceSince: null,
      simulated: true,
      currentPrice: null,
      cheapest: null,
      lowestPrice: null,
      highestPrice: null,
      checkedAt: null,
      nextCheckAt: "2026-03-01T12:00:00.000Z",
      nextCheckBecause: { code: "new", detail: "because somebody has begun to watch it", days: null },
      createdAt: "2026-03-01T12:00:00.000Z",
    });
    expect(await Watch.get(userId, made.id, a.noon)).toEqual(made);
    expect(await Watch.list(userId, {}, a.noon)).toEqual({ items: [made], nextCursor: null, unread: 0 });
  });

  test.each([
    ["a penny of a penny", { rules: { target: "20.505" } }, ["rules", "target"]],
    ["half a yen", { currency: "JPY", rules: { target: "2000.5" } }, ["rules", "target"]],
    ["nothing", { rules: { target: "0.00" } }, ["rules", "target"]],
    ["no rule", { rules: { target: null, drop: null } }, ["rules"]],
    ["a drop of next to nothing", { rules: { drop: "0.0099" } }, ["rules", "drop"]],
    ["a drop of nearly all", { rules: { drop: "0.9001" } }, ["rules", "drop"]],
    ["a fifth decimal", { rules: { drop: "0.10001" } }, ["rules", "drop"]],
    ["what nobody knows", { colour: "red" }, ["colour"]],
  ])("refuses %s, and names the field", async (_, over, path) => {
    const refused = Watch.create(await a.user(), { ...a.route(), currency: "GBP", ...over }, a.noon);
    await expect(refused).rejects.toMatchObject({
      name: "ValiError",
      issues: [{ path: path.map((key) => expect.objectContaining({ key })) }],
    });
  });

  test("accepts any single rule", async () => {
    expect(await a.watch({ rules: { drop: null, routeLow: true } })).toMatchObject({ rules: { routeLow: true } });
    expect(await a.watch({ rules: { drop: null, newLow: true } })).toMatchObject({ rules: { newLow: true } });
    expect(await a.watch({ rules: { drop: null, target: "1.00" } })).toMatchObject({
      rules: { target: { amount: "1.00" } },
    });
  });

  test("refuses the same subject and rules again, also concurrently, but not to another user", async () => {
    const fare = { ...a.route(), rules: { target: "200.00" }, childAges: [9, 4] };
    const { userId } = await a.watch(fare);
    const duplicate = { kind: "conflict", code: "watch.duplicate" };
    await expect(a.watch({ ...fare, childAges: [4, 9] }, { userId })).rejects.toMatchObject(duplicate);
    await a.watch({ ...fare, rules: { target: "201.00" } }, { userId });
    await a.watch(fare);

    const twin = a.route();
    const both = await Promise.allSettled([a.watch(twin, { userId }), a.watch(twin, { userId })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: duplicate });
  });

  test("with the id of the user's own watch returns that watch, and with another user's is refused", async () => {
    const [userId, fare, id] = [await a.user(), { ...a.route(), currency: "GBP" }, newId("wch")];
    const made = await Watch.create(userId, fare, a.noon, id);
    expect(await Watch.create(userId, fare, later(minute), id)).toEqual(made);
    expect((await Watch.list(userId, {}, a.noon)).items).toHaveLength(1);
    await expect(Watch.create(await a.user(), { ...a.route() }, a.noon, id)).rejects.toMatchObject(missing);
  });

  test("is due at once, but not within half a minute of its fare's last check", async () => {
    const fare = a.route();
    const first = await a.watch(fare);
    await Sweep.run(a.noon, { provider: stubProvider(() => 100_00) });
    const next = (await Watch.get(first.userId, first.id, a.noon)).nextCheckAt;
    expect(Date.parse(next ?? "")).toBeGreaterThan(later(60 * minute).getTime());
    expect((await a.watch(fare, { at: later(minute / 6) })).nextCheckAt).toBe(later(minute / 2).toISOString());
    expect((await a.watch(fare, { at: later(60 * minute) })).nextCheckAt).toBe(later(minute / 2).toISOString());
  });
});

test("another user's watch is missing for every verb, and stays as it is", async () => {
  const mine = await a.watch({ rules: { target: "200.00" } });
  const stranger = await a.user();
  const provider = stubProvider(() => 1);
  await expect(Watch.get(stranger, mine.id, a.noon)).rejects.toMatchObject(missing);
  await expect(Watch.history(stranger, mine.id, {}, a.noon)).rejects.toMatchObject(missing);
  await expect(Watch.pause(stranger, mine.id, a.noon)).rejects.toMatchObject(missing);
  await expect(Watch.remove(stranger, mine.id)).rejects.toMatchObject(missing);
  await expect(Sweep.check(stranger, mine.id, a.noon, { provider })).rejects.toMatchObject(missing);
  expect(provider.searched).toEqual([]);
  expect(await Watch.list(stranger, {}, a.noon)).toEqual({ items: [], nextCursor: null, unread: 0 });
  const { userId: _, name: __, ...shown } = mine;
  expect(await Watch.get(mine.userId, mine.id, a.noon)).toEqual(shown);
});

test("a removed watch is missing, with its alerts", async () => {
  const { userId, id } = await a.watch({ rules: { target: "200.00" } });
  await sweep(100_00, a.noon);
  await Watch.remove(userId, id);
  await expect(Watch.get(userId, id, a.noon)).rejects.toMatchObject(missing);
  await expect(Watch.remove(userId, id)).rejects.toMatchObject(missing);
  const [{ alerts }] = (await sql`select count(*)::int as alerts from alerts where user_id = ${userId}`) as [
    { alerts: number },
  ];
  expect(alerts).toBe(0);
});

test("pages of a list stay consistent while watches are added and removed", async () => {
  const userId = await a.user();
  const made: string[] = [];
  for (let n = 0; n < 5; n++) made.unshift((await a.watch({}, { userId, at: later(n) })).id);
  const first = await Watch.list(userId, { limit: 2 }, a.noon);
  await a.watch({}, { userId, at: later(10) });
  await Watch.remove(userId, made[1] ?? "");
  const second = await Watch.list(userId, { limit: 2, cursor: first.nextCursor ?? "" }, a.noon);
  const third = await Watch.list(userId, { limit: 2, cursor: second.nextCursor ?? "" }, a.noon);
  expect([first, second, third].flatMap(({ items }) => items.map(({ id }) => id))).toEqual(made);
  expect(third.nextCursor).toBeNull();
});
