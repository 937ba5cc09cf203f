import { expect, test } from "vitest";
import { sql } from "../../src/base/db.ts";
import * as Fare from "../../src/fare.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { afterNoon, hour } from "../support/sweep.ts";

/** Simulates a crash before the watch's fares were scheduled. */
const asleep = () => sql`update fares set due_at = null where basket is null`;
const due = async (userId: string, id: string) => (await Watch.get(userId, id, afterNoon(hour))).nextCheckAt;

test("a watched fare, by itself or in a basket, gets a next check", async () => {
  const one = await a.watch();
  const { departureDate: _, ...places } = a.route();
  const window = { departureFrom: "2026-08-01", departureTo: "2026-08-03" };
  const many = await Watch.create(one.userId, { ...places, ...window, currency: "GBP" }, a.noon);
  await asleep();
  expect(await Fare.repair(afterNoon(hour))).toEqual({ roused: 4 });
  expect(await due(one.userId, one.id)).toBe(afterNoon(hour).toISOString());
  expect(await due(one.userId, many.id)).toBe(afterNoon(hour).toISOString());
  expect(await Fare.repair(afterNoon(hour))).toEqual({ roused: 0 });
});

test("a fare that is paused, unwatched or departed stays without one", async () => {
  const paused = await a.watch();
  await Watch.pause(paused.userId, paused.id, a.noon);
  const gone = await a.watch();
  await Watch.remove(gone.userId, gone.id);
  const departed = await a.watch();
  await sql`update fares set due_at = null where departure_date = '2026-08-01'`;
  await Fare.repair(new Date("2026-08-02T12:00:00Z"));
  expect(await due(departed.userId, departed.id)).toBeNull();
  await Fare.repair(new Date("2026-08-02T11:59:00Z"));
  expect(await due(departed.userId, departed.id)).not.toBeNull();
  expect(await due(paused.userId, paused.id)).toBeNull();
  const [row] = await sql`select count(*)::int as fares from fares where due_at is null and basket is null`;
  expect(row).toEqual({ fares: 2 });
});
