import { expect, test } from "vitest";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { market, type Said } from "../../support/market.ts";
import { asking } from "../../support/proof/worker.ts";
import { heard, hour, later, often, seen } from "../../support/sweep.ts";

/** A watch on the first three days of August that would hear of 150.00, and those days as a provider knows them. */
async function window() {
  const { departureDate: _, ...places } = a.route();
  const userId = await a.user();
  const days = { departureFrom: "2026-08-01", departureTo: "2026-08-03" };
  const wanted = { ...places, ...days, currency: "GBP", targetPrice: "150.00", alertThreshold: null };
  const { id } = await Watch.create(userId, wanted, a.noon);
  const dayOf = (name: string) => Number(name.slice(-1)) - 1;
  const costs = (prices: Said[]) => (name: string) => prices[dayOf(name)] ?? null;
  return { id, userId, costs };
}

test("several fares are not looked at while another worker asks about one of them, however long ago they were marked", async () => {
  const { id, userId, costs } = await window();
  await Sweep.run(a.noon, { provider: market(costs([200_00, 210_00, 220_00])), cadence: often });
  const fares = asking(later(2 * hour), { batch: 1, cadence: often });
  await fares.waiting;
  await Watch.pause(userId, id, later(hour));
  await Watch.resume(userId, id, later(hour));
  await Sweep.run(later(2 * hour), { provider: market(costs([190_00, 180_00, 170_00])), cadence: often });
  await fares.tell(140_00);
  expect(await seen(userId, id)).toEqual(["ok 200.00", "ok 140.00"]);
  expect(await heard(userId)).toEqual(["03-01T14:00 140.00 target"]);
});

test("of two fares that cost the same, the second is asked about when the first is gone", async () => {
  const { id, userId, costs } = await window();
  const provider = market(costs([140_00, 140_00, 200_00]), () => ({ status: "gone" }));
  await Sweep.run(a.noon, { provider, cadence: often });
  expect(provider.confirmed).toHaveLength(2);
  expect(await seen(userId, id)).toEqual(["ghost 140.00", "ok 200.00"]);
  expect(await heard(userId)).toEqual([]);
});

test("a paused watch of several fares that is checked on demand shows what they cost now", async () => {
  const { id, userId, costs } = await window();
  await Sweep.run(a.noon, { provider: market(costs([200_00, 210_00, 220_00])), cadence: often });
  await Watch.pause(userId, id, later(hour));
  const provider = market(costs([190_00, 180_00, 195_00]));
  const { check } = await Sweep.check(userId, id, later(2 * hour), { provider, cadence: often });
  expect(check.price).toEqual({ amount: "180.00", currency: "GBP" });
  expect(await seen(userId, id)).toEqual(["ok 200.00", "ok 180.00"]);
});
