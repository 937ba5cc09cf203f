import { expect, test } from "vitest";
import * as Alert from "../src/alert.ts";
import * as Sweep from "../src/sweep.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./support/factory.ts";
import { stubProvider } from "./support/stubprovider.ts";

const day = 86_400_000;
const later = (days: number) => new Date(a.noon.getTime() + days * day);
const pounds = (amount: string) => ({ amount, currency: "GBP" });

/** A watch that told at 450.00 of a target of 500.00, and what its alert says after a last check at this price. */
async function told(rules: { target: string | null; drop: string | null }, last: number) {
  const watch = await a.watch({ rules });
  for (const [index, price] of [600_00, 450_00, last].entries())
    await Sweep.check(watch.userId, watch.id, later(index), { provider: stubProvider(() => price) });
  return watch;
}
const first = async (userId: string) => (await Alert.list(userId, {})).items.at(-1)!;

test.each([
  ["the same price", 450_00, true],
  ["a price between it and the target", 499_00, true],
  ["a price above the target", 501_00, false],
])("an alert of a target says whether it holds: %s", async (_, last, holds) => {
  const { userId } = await told({ target: "500.00", drop: null }, last);
  expect((await first(userId)).now).toEqual({
    price: pounds((last / 100).toFixed(2)),
    checkedAt: later(2).toISOString(),
    holds,
  });
});

test.each([
  [540_00, true],
  [541_00, false],
])("an alert of a drop holds up to the bound that it crossed, a tenth below 600.00: %d", async (price, holds) => {
  const { userId } = await told({ target: null, drop: "0.10" }, price);
  expect((await first(userId)).now.holds).toBe(holds);
});

test("an alert of what the watch no longer covers says nothing of now", async () => {
  const { userId, id } = await told({ target: "500.00", drop: null }, 450_00);
  await Watch.update(userId, id, { departureDate: "2026-08-02" }, later(3));
  expect(await first(userId)).toMatchObject({
    departureDate: "2026-08-01",
    watch: { departureDate: "2026-08-02" },
    now: { price: null, checkedAt: null, holds: null },
  });
});

test("an alert has what its watch covers, also after it was marked read", async () => {
  const { userId, origin } = await a.watch({
    ...{ departureDate: null, departureFrom: "2026-08-01", departureTo: "2026-08-02", stayNights: { min: 3, max: 3 } },
    ...{ destination: ["BGY", "LIN"], adults: 2, childAges: [4], rules: { target: "500.00", drop: null } },
  });
  await Sweep.run(a.noon, { provider: stubProvider(() => 400_00) });
  const alert = await first(userId);
  expect(alert.watch).toEqual({
    ...{ origin, destination: ["BGY", "LIN"], departureDate: null, returnDate: null, weekendsIn: null },
    ...{ departureFrom: "2026-08-01", departureTo: "2026-08-02", stayNights: { min: 3, max: 3 } },
    ...{ adults: 2, childAges: [4], infants: 0, cabin: "economy" },
  });
  expect(await Alert.update(userId, alert.id, { read: true }, later(1))).toEqual({
    ...alert,
    readAt: later(1).toISOString(),
  });
});

test("a page says how many alerts are unread, whichever it lists", async () => {
  const { userId, id } = await told({ target: "500.00", drop: null }, 400_00);
  const { items, unread } = await Alert.list(userId, { limit: 1 });
  expect(unread).toBe(2);
  await Alert.update(userId, items[0]!.id, { read: true }, later(3));
  expect((await Alert.list(userId, { unread: false })).unread).toBe(1);
  expect((await Watch.list(userId, {}, later(3))).unread).toBe(1);
  expect((await Watch.decisions(userId, id, {})).unread).toBe(1);
  expect((await Watch.overview(userId, id, later(3))).unread).toBe(1);
});
