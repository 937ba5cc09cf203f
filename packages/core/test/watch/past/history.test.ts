import { describe, expect, test } from "vitest";
import { sql } from "../../../src/base/db.ts";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { stubProvider } from "../../support/stubprovider.ts";
import { afterNoon, everySweep, hour, minute, sweep } from "../../support/sweep.ts";

const day = 24 * hour;
const missing = { kind: "missing", code: "watch.missing" };
const unheard = { kind: "missing", code: "watch.series" };
const money = (minor: number) => ({ amount: (minor / 100).toFixed(2), currency: "GBP" });
const iso = (ms: number) => afterNoon(ms).toISOString();

/** A watch whose fare has these prices at these moments, from noon on. */
async function watched(prices: [ms: number, price: number | null][], over: Record<string, unknown> = {}) {
  const watch = await a.watch(over);
  for (const [ms, price] of prices) await sweep(afterNoon(ms), { [watch.name]: price });
  return watch;
}

describe("by check", () => {
  test("is newest first, in pages, and as old as its fare", async () => {
    const fare = a.route();
    const first = await a.watch(fare);
    for (const n of [0, 1, 2]) await sweep(afterNoon(n * minute), { [first.name]: 300_00 + n });
    const { userId, id } = await a.watch(fare, { at: afterNoon(hour) });
    const one = await Watch.history(userId, id, { limit: 2 }, afterNoon(hour));
    const two = await Watch.history(userId, id, { limit: 2, cursor: one.nextCursor ?? "" }, afterNoon(hour));
    expect([...one.items, ...two.items]).toEqual(
      [2, 1, 0].map((n) => ({ at: iso(n * minute), price: money(300_00 + n), status: "ok" })),
    );
    expect(two.nextCursor).toBeNull();
  });

  test("shows empty checks, and a ghost beside the price that replaced it", async () => {
    const { userId, id, name } = await a.watch({ rules: { target: "200.00" } });
    await sweep(afterNoon(0), { [name]: null });
    const provider = stubProvider(
      () => 100_00,
      () => ({ status: "gone" }),
    );
    await Sweep.run(afterNoon(hour), { provider, cadence: everySweep });
    const { items } = await Watch.history(userId, id, {}, afterNoon(hour));
    expect(items).toEqual([
      { at: iso(hour), price: null, status: "no_results" },
      { at: iso(hour), price: money(100_00), status: "ghost" },
      { at: iso(0), price: null, status: "no_results" },
    ]);
  });
});

describe("by day", () => {
  test("has each UTC day with checks, its lowest, highest and last price, and the number of checks", async () => {
    const { userId, id } = await watched([
      [0, 300_00],
      [11 * hour, 250_00],
      [12 * hour - 1, null],
      [12 * hour, 260_00],
      [13 * hour, 240_00],
      [14 * hour, 280_00],
      [3 * day, null],
    ]);
    const { items } = await Watch.history(userId, id, { resolution: "day" }, afterNoon(4 * day));
    expect(items).toEqual([
      { date: "2026-03-04", low: null, high: null, last: null, checks: 1, ghost: null },
      { date: "2026-03-02", low: money(240_00), high: money(280_00), last: money(280_00), checks: 3, ghost: null },
      { date: "2026-03-01", low: money(250_00), high: money(300_00), last: money(250_00), checks: 3, ghost: null },
    ]);
  });

  test("has pages that stay consistent while days are added", async () => {
    const { userId, id, name } = await watched([0, 1, 2, 3, 4].map((n) => [n * day, 300_00]));
    const read = (cursor?: string | null) =>
      Watch.history(userId, id, { resolution: "day", limit: 2, ...(cursor ? { cursor } : {}) }, afterNoon(9 * day));
    const one = await read();
    await sweep(afterNoon(5 * day), { [name]: 100_00 });
    const two = await read(one.nextCursor);
    const three = await read(two.nextCursor);
    const dates = [one, two, three].flatMap(({ items }) => items.map((item) => ("date" in item ? item.date : "")));
    expect(dates).toEqual(["2026-03-05", "2026-03-04", "2026-03-03", "2026-03-02", "2026-03-01"]);
    expect(three.nextCursor).toBeNull();
  });

  test.each([
    ["another list's cursor", Buffer.from("1772366400000000 ok").toString("base64url")],
    ["a day that is none", Buffer.from("999999").toString("base64url")],
    ["nothing", ""],
  ])("refuses %s", async (_, cursor) => {
    const { userId, id } = await a.watch();
    const read = Watch.history(userId, id, { resolution: "day", cursor }, afterNoon(0));
    await expect(read).rejects.toMatchObject({ code: "page.cursor", errors: [{ pointer: "#cursor" }] });
  });
});

describe("standing", () => {
  test("of a watch that was never checked is empty, except for its first check", async () => {
    const { userId, id } = await a.watch();
    const { items, standing } = await Watch.history(userId, id, {}, a.noon);
    expect(items).toEqual([]);
    expect(standing).toEqual({
      lowest: null,
      highest: null,
      last: null,
      rank: null,
      nextCheck: { at: iso(0), because: expect.objectContaining({ code: "new" }) },
      daily: null,
    });
  });

  test("gives the lowest and the highest price with their last moments, and the last ok price", async () => {
    const { userId, id } = await watched([
      [0, 300_00],
      [1 * hour, 200_00],
      [2 * hour, 200_00],
      [3 * hour, 400_00],
      [4 * hour, 250_00],
      [5 * hour, null],
    ]);
    const { standing } = await Watch.history(userId, id, { limit: 1 }, afterNoon(6 * hour));
    expect(standing).toMatchObject({
      lowest: { price: money(200_00), at: iso(2 * hour) },
      highest: { price: money(400_00), at: iso(3 * hour) },
      last: { price: money(250_00), at: iso(4 * hour) },
      rank: null,
    });
  });

  test("ranks the last price among those of the last 90 days, from thirty on, on fourteen days", async () => {
    const { userId, id, name } = await watched(
      Array.from({ length: 29 }, (_, n) => [n * 12 * hour, 200_00 + n * 100] as [number, number]),
    );
    const rank = async (at: number) => (await Watch.history(userId, id, {}, afterNoon(at))).standing.rank;
    expect(await rank(14 * day)).toBeNull();
    await sweep(afterNoon(15 * day), { [name]: 210_00 });
    // Of thirty prices 200, 201, … and 209 are lower.
    expect(await rank(15 * day)).toBe(33);
    expect(await rank(90 * day)).toBe(33);
    expect(await rank(90 * day + 1)).toBeNull();
  });

  test("gives the period for which only each day's lowest price is kept", async () => {
    const { userId, id } = await watched([0, 1, 2].map((n) => [n * day, 300_00]));
    await sql`
      update fares
         set thinned_to = ${afterNoon(2 * day)}
        from watch_fares
       where watch_fares.fare_id = fares.id
         and watch_fares.watch_id = ${id}`;
    const { standing } = await Watch.history(userId, id, {}, afterNoon(3 * day));
    expect(standing.daily).toEqual({ from: iso(0), to: iso(2 * day) });
  });
});

test("an unknown series is missing, and so is another user's watch, at any resolution", async () => {
  const { userId, id } = await a.watch();
  const stranger = await a.user();
  for (const resolution of ["full", "day"] as const) {
    await expect(Watch.history(userId, id, { resolution, series: 2 }, a.noon)).rejects.toMatchObject(unheard);
    await expect(Watch.history(stranger, id, { resolution }, a.noon)).rejects.toMatchObject(missing);
    await expect(Watch.history(stranger, id, { resolution, series: 1 }, a.noon)).rejects.toMatchObject(missing);
  }
  await expect(Watch.decisions(userId, id, { series: 2 })).rejects.toMatchObject(unheard);
  await expect(Watch.decisions(stranger, id, {})).rejects.toMatchObject(missing);
  expect((await Watch.history(userId, id, { series: 1 }, a.noon)).items).toEqual([]);
});

test("an earlier series stays readable, in its own currency, up to its end", async () => {
  const fare = a.route();
  const [{ userId, id, name }, other] = [await a.watch(fare), await a.watch(fare)];
  await sweep(afterNoon(0), { [name]: 300_00 });
  await sweep(afterNoon(hour), { [name]: 310_00 });
  const at = afterNoon(2 * hour);
  await Watch.update(userId, id, { departureDate: "2026-08-05", currency: "JPY", rules: { target: "20000" } }, at);
  const next = `${name.slice(0, 7)} 2026-08-05`;
  await sweep(afterNoon(3 * hour), { [name]: 320_00, [next]: 30_000 });

  const first = await Watch.history(userId, id, { series: 1 }, afterNoon(4 * hour));
  expect(first.items.map(({ price }) => price)).toEqual([money(310_00), money(300_00)]);
  expect(first.standing).toMatchObject({ last: { price: money(310_00) }, nextCheck: null });
  const days = await Watch.history(userId, id, { series: 1, resolution: "day" }, afterNoon(4 * hour));
  expect(days.items).toMatchObject([{ low: money(300_00), high: money(310_00), checks: 2 }]);
  const told = await Watch.decisions(userId, id, { series: 1 });
  expect(told.items.map(({ price, bounds }) => [price, bounds.drop])).toEqual([
    [money(310_00), money(270_00)],
    [money(300_00), null],
  ]);

  const yen = { amount: "30000", currency: "JPY" };
  const second = await Watch.history(userId, id, {}, afterNoon(4 * hour));
  expect(second.items.map(({ price }) => price)).toEqual([yen]);
  expect(second.standing.nextCheck).not.toBeNull();
  expect((await Watch.decisions(userId, id, {})).items.map(({ price }) => price)).toEqual([yen]);
  // The first day is still watched by another watch, and does not belong to this one any more.
  expect((await Watch.history(other.userId, other.id, { limit: 1 }, afterNoon(4 * hour))).items).toMatchObject([
    { price: money(320_00) },
  ]);
});
