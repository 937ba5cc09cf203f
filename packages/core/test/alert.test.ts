import { expect, test } from "vitest";
import * as Alert from "../src/alert.ts";
import { sql } from "../src/base/db.ts";
import * as Sweep from "../src/sweep.ts";
import * as Watch from "../src/watch.ts";
import * as a from "./support/factory.ts";
import { stubProvider } from "./support/stubprovider.ts";

const hour = 3_600_000;
const later = (ms: number) => new Date(a.noon.getTime() + ms);

/** A user with an alert at each of these prices, a day apart. */
async function told(...prices: number[]): Promise<Watch.Info & { userId: string }> {
  const watch = await a.watch({ rules: { target: "500.00", drop: null } });
  for (const [day, price] of prices.entries()) {
    await Sweep.check(watch.userId, watch.id, later(day * 24 * hour), { provider: stubProvider(() => price) });
  }
  return watch;
}

test("an alert has the rules that were true, its price and the price before", async () => {
  const { userId, id, origin, destination } = await told(510_00, 490_00);
  expect(await Alert.list(userId, {})).toEqual({
    items: [
      {
        id: expect.stringMatching(/^alr_/),
        watchId: id,
        at: later(24 * hour).toISOString(),
        ...{ origin, destination, departureDate: "2026-08-01", returnDate: null },
        price: { amount: "490.00", currency: "GBP" },
        previousPrice: { amount: "510.00", currency: "GBP" },
        rules: ["target"],
        alreadyTrue: false,
        mistakeFare: false,
        source: "market",
        simulated: false,
        readAt: null,
        createdAt: expect.stringMatching(/Z$/),
        watch: {
          ...{ origin, destination, departureDate: "2026-08-01", returnDate: null },
          ...{ departureFrom: null, departureTo: null, stayNights: null, weekendsIn: null },
          ...{ adults: 1, childAges: [], infants: 0, cabin: "economy" },
        },
        now: { price: { amount: "490.00", currency: "GBP" }, checkedAt: later(24 * hour).toISOString(), holds: true },
      },
    ],
    nextCursor: null,
    unread: 1,
  });
});

test("an alert of several fares names the fare it belongs to", async () => {
  const { userId, origin, destination } = await a.watch({
    ...{ departureDate: null, departureFrom: "2026-08-01", departureTo: "2026-08-02", stayNights: { min: 3, max: 3 } },
    ...{ rules: { target: "500.00", drop: null } },
  });
  const provider = stubProvider((name) => (name === `${origin}-${destination} 2026-08-02` ? 400_00 : 450_00));
  await Sweep.run(a.noon, { provider });
  const journey = { origin, destination, departureDate: "2026-08-02", returnDate: "2026-08-05" };
  const { items } = await Alert.list(userId, {});
  expect(items).toMatchObject([{ ...journey, price: { amount: "400.00" } }]);
  expect(await Alert.update(userId, items[0]?.id ?? "", { read: true }, later(hour))).toMatchObject(journey);
});

test.each([
  ["another price", 480_00, "480.00"],
  ["the same price", 490_00, "490.00"],
])("an alert keeps the offer that was judged, and when the provider confirmed it, at %s", async (_, now, amount) => {
  const watch = await a.watch({ rules: { target: "500.00", drop: null } });
  const confirms = stubProvider(
    () => 490_00,
    () => now,
  );
  await Sweep.check(watch.userId, watch.id, a.noon, { provider: confirms });
  const [{ id } = { id: "" }] = (await Alert.list(watch.userId, {})).items;
  const alert = await Alert.get(watch.userId, id);
  expect(alert).toMatchObject({ price: { amount }, confirmedAt: a.noon.toISOString() });
  expect(alert.offer).toMatchObject({ total: { amount }, provider: "market", slices: expect.any(Array) });
  expect(alert.offer).not.toHaveProperty("reference");
  await expect(Alert.get(await a.user(), id)).rejects.toMatchObject({ code: "alert.missing" });

  const unconfirmed = await told(490_00);
  const [{ id: other } = { id: "" }] = (await Alert.list(unconfirmed.userId, {})).items;
  expect(await Alert.get(unconfirmed.userId, other)).toMatchObject({
    confirmedAt: null,
    offer: { total: { amount: "490.00" } },
  });
});

test("alerts are listed newest first, and pages stay consistent while more are written", async () => {
  const { userId, id } = await told(500_00, 450_00, 400_00);
  const first = await Alert.list(userId, { limit: 1 });
  await Sweep.check(userId, id, later(100 * hour), { provider: stubProvider(() => 300_00) });
  const rest = await Alert.list(userId, { cursor: first.nextCursor ?? "" });
  expect([...first.items, ...rest.items].map(({ price }) => price.amount)).toEqual(["400.00", "450.00", "500.00"]);
  expect(rest.nextCursor).toBeNull();
});

test("an alert keeps its first time of reading, and can be marked unread again", async () => {
  const { userId } = await told(500_00);
  const id = (await Alert.list(userId, {})).items[0]?.id ?? "";
  const mark = async (read: boolean, at: Date) => (await Alert.update(userId, id, { read }, at)).readAt;
  expect(await mark(true, later(hour))).toBe(later(hour).toISOString());
  expect(await mark(true, later(2 * hour))).toBe(later(hour).toISOString());
  expect(await mark(false, later(3 * hour))).toBeNull();
  expect(await mark(true, later(4 * hour))).toBe(later(4 * hour).toISOString());
  expect((await Alert.list(userId, {})).items).toMatchObject([{ id, readAt: later(4 * hour).toISOString() }]);
});

test("another user's alert is missing", async () => {
  const { userId } = await told(500_00);
  const [alert] = (await Alert.list(userId, {})).items;
  const stranger = await a.user();
  expect((await Alert.list(stranger, {})).items).toEqual([]);
  const taken = Alert.update(stranger, alert?.id ?? "", { read: true }, a.noon);
  await expect(taken).rejects.toMatchObject({ kind: "missing", code: "alert.missing" });
  expect((await Alert.list(userId, {})).items).toEqual([alert]);
});

test("every alert waits to be planned for delivery, and is deleted with its watch", async () => {
  const { userId, id } = await told(500_00, 450_00);
  const unplanned = async () => {
    const rows = await sql`
      select alerts.id
        from alerts
       where alerts.user_id = ${userId}
         and alerts.planned_at is null`;
    return rows.length;
  };
  expect(await unplanned()).toBe(2);
  await Watch.remove(userId, id);
  expect(await unplanned()).toBe(0);
});
