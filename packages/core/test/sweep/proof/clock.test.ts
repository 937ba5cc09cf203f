import { beforeEach, expect, test } from "vitest";
import { sql } from "../../../src/base/db.ts";
import * as Fare from "../../../src/fare.ts";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { sentAndExpected } from "../../support/proof/expected.ts";
import { deleteAll } from "../../support/proof/snapshot.ts";
import { stubProvider } from "../../support/stubprovider.ts";
import { afterNoon, everySweep, hour, minute } from "../../support/sweep.ts";

beforeEach(deleteAll);

test("workers whose clocks are ninety seconds apart, either way, price each fare once a turn and alert once", async () => {
  const userId = await a.user();
  const ids: string[] = [];
  for (let n = 0; n < 8; n++) ids.push((await a.watch({ ...a.route(), rules: { target: "200.00" } }, { userId })).id);
  const every: Sweep.Options["cadence"] = (_, at) => new Date(at.getTime() + 10 * minute);
  for (let turn = 0; turn < 40; turn++) {
    const price = [220_00, 210_00, 190_00, 150_00][Math.floor(turn / 10)]!;
    const provider = stubProvider(() => price);
    const skewed = [0, 90_000, -90_000].map((skew) => afterNoon(turn * 10 * minute + skew));
    const order = turn % 2 ? skewed : skewed.toReversed();
    for (const at of order) await Sweep.run(at, { provider, cadence: every });
    expect(provider.searched.length).toBeLessThanOrEqual(ids.length);
  }
  const checks = await sql`
    select fare_id,
           min(extract(epoch from gap) / 60)::float8 as least,
           max(extract(epoch from gap) / 60)::float8 as most
      from (
             select fare_id,
                    at - lag(at) over (partition by fare_id order by at) as gap
               from price_observations
           ) as gaps
     group by fare_id`;
  for (const { least, most } of checks) {
    expect(least).toBeGreaterThanOrEqual(10);
    expect(most).toBeLessThanOrEqual(13);
  }
  const { told, due } = await sentAndExpected(ids, false);
  expect(told).toEqual(due);
  expect(told.length).toBeGreaterThanOrEqual(ids.length);
});

test("a change made by a clock that is behind is judged by the next check, by any clock", async () => {
  const { userId, id, name } = await a.watch({ rules: { target: "100.00", drop: null } });
  const sweep = (at: Date) =>
    Sweep.run(at, { provider: stubProvider((asked) => (asked === name ? 190_00 : null)), cadence: everySweep });
  await sweep(afterNoon(90_000));
  await Watch.update(userId, id, { rules: { target: "200.00" } }, afterNoon(0));
  await sweep(afterNoon(30_000));
  expect((await sentAndExpected([id], false)).told).toEqual([]);
  await sweep(afterNoon(5 * minute));
  expect((await sentAndExpected([id], false)).told).toEqual([`${id} ${afterNoon(5 * minute).getTime()} 19000 target`]);
});

test.each([
  ["the eve of the clocks going forward", "LHR", "2026-03-29", "2026-03-29T23:00:00Z"],
  ["the day after the clocks went back", "LHR", "2026-10-26", "2026-10-27T00:00:00Z"],
  ["the clocks going back in New York", "JFK", "2026-11-01", "2026-11-02T05:00:00Z"],
  ["a leap day", "LHR", "2028-02-29", "2028-03-01T00:00:00Z"],
  ["Auckland, where the day begins first", "AKL", "2026-08-01", "2026-08-01T12:00:00Z"],
  ["Honolulu, where it ends last", "HNL", "2026-08-01", "2026-08-02T10:00:00Z"],
])(
  "a departure on %s is over when its day is over at the origin, and watched until 3 hours before",
  async (_, origin, day, over) => {
    const at = new Date(Date.parse(over) - 20 * 24 * hour);
    const destination = origin === "LHR" ? "JFK" : "LHR";
    const userId = await a.user();
    const { id, endsAt } = await Watch.create(userId, { origin, destination, departureDate: day, currency: "GBP" }, at);
    const end = Date.parse(over) - 3 * hour;
    expect(endsAt).toBe(new Date(end).toISOString());
    const provider = stubProvider(() => 200_00);
    const cadence: Fare.Cadence = (fare, at) => Fare.defaultCadence(fare, at, 0.5);
    await Sweep.run(new Date(end - 4 * hour), { provider, cadence });
    const { nextCheckAt } = await Watch.get(userId, id, new Date(end - 4 * hour));
    expect(Date.parse(nextCheckAt ?? "")).toBeLessThanOrEqual(end);
    await Watch.expire(new Date(end - 1));
    expect(await Watch.get(userId, id, new Date(end - 1))).toMatchObject({ state: "active" });
    await Watch.expire(new Date(end));
    expect(await Watch.get(userId, id, new Date(end))).toMatchObject({ state: "ended", nextCheckAt: null });
    await Sweep.run(new Date(end + hour), { provider, cadence });
    expect(provider.searched).toHaveLength(1);
  },
);
