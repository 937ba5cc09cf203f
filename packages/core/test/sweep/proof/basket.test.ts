import { expect, test } from "vitest";
import * as Sweep from "../../../src/sweep.ts";
import * as Watch from "../../../src/watch.ts";
import * as a from "../../support/factory.ts";
import { startPausedSweep } from "../../support/proof/worker.ts";
import { type MarketAnswer, stubProvider } from "../../support/stubprovider.ts";
import { afterNoon, alertsOf, everySweep, hour, watchPrices } from "../../support/sweep.ts";

/** A watch on the first three days of August with a target of 150.00, and those days as the provider names them. */
async function window() {
  const { departureDate: _, ...places } = a.route();
  const userId = await a.user();
  const days = { departureFrom: "2026-08-01", departureTo: "2026-08-03" };
  const wanted = { ...places, ...days, currency: "GBP", rules: { target: "150.00", drop: null } };
  const { id } = await Watch.create(userId, wanted, a.noon);
  const dayOf = (name: string) => Number(name.slice(-1)) - 1;
  const costs = (prices: MarketAnswer[]) => (name: string) => prices[dayOf(name)] ?? null;
  return { id, userId, costs };
}

test("a basket is not judged while another worker searches one of its fares, however long it has been marked", async () => {
  const { id, userId, costs } = await window();
  await Sweep.run(a.noon, { provider: stubProvider(costs([200_00, 210_00, 220_00])), cadence: everySweep });
  const fares = startPausedSweep(afterNoon(2 * hour), { batch: 1, cadence: everySweep });
  await fares.waiting;
  await Watch.pause(userId, id, afterNoon(hour));
  await Watch.resume(userId, id, afterNoon(hour));
  await Sweep.run(afterNoon(2 * hour), {
    provider: stubProvider(costs([190_00, 180_00, 170_00])),
    cadence: everySweep,
  });
  await fares.tell(140_00);
  expect(await watchPrices(userId, id)).toEqual(["ok 200.00", "ok 140.00"]);
  expect(await alertsOf(userId)).toEqual(["03-01T14:00 140.00 target"]);
});

test("of two fares at the same price, the second is confirmed when the first is gone", async () => {
  const { id, userId, costs } = await window();
  const provider = stubProvider(costs([140_00, 140_00, 200_00]), () => ({ status: "gone" }));
  await Sweep.run(a.noon, { provider, cadence: everySweep });
  expect(provider.confirmed).toHaveLength(2);
  expect(await watchPrices(userId, id)).toEqual(["ghost 140.00", "ok 200.00"]);
  expect(await alertsOf(userId)).toEqual([]);
});

test("a paused watch of several fares that is checked on demand shows their present price", async () => {
  const { id, userId, costs } = await window();
  await Sweep.run(a.noon, { provider: stubProvider(costs([200_00, 210_00, 220_00])), cadence: everySweep });
  await Watch.pause(userId, id, afterNoon(hour));
  const provider = stubProvider(costs([190_00, 180_00, 195_00]));
  const { check } = await Sweep.check(userId, id, afterNoon(2 * hour), { provider, cadence: everySweep });
  expect(check.price).toEqual({ amount: "180.00", currency: "GBP" });
  expect(await watchPrices(userId, id)).toEqual(["ok 200.00", "ok 180.00"]);
});
