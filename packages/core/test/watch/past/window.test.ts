import fc from "fast-check";
import { expect, test } from "vitest";
import { dayNumber } from "../../../src/base/day.ts";
import { MovingHistory, Window } from "../../../src/watch/past/window.ts";
import { historyBefore } from "../../support/decisions.ts";

const hour = 3_600_000;
const day = 24 * hour;
const march = Date.parse("2026-03-01T00:00:00Z");

/** Checks minutes to months apart, with gaps of exactly the rules' windows. */
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 30 * hour }) },
  { weight: 3, arbitrary: fc.constantFrom(hour, 12 * hour, day) },
  { weight: 1, arbitrary: fc.constantFrom(14 * day, 15 * day, 30 * day, 90 * day) },
);
const price = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 50_00, max: 400_00 }));
const checks = fc.array(fc.record({ gap, price }), { minLength: 1, maxLength: 160, size: "max" }).map((steps) => {
  let at = march;
  return steps.map(({ gap, price }) => {
    at += gap;
    return { at, price };
  });
});

test("the moving figures are at each moment those computed from all prices", () => {
  fc.assert(
    fc.property(checks, fc.constantFrom(0, 1), (seen, later) => {
      const past = new MovingHistory(seen);
      for (const { at } of seen) expect(past.at(at + later)).toEqual(historyBefore(seen, at + later));
    }),
    { numRuns: 300 },
  );
});

test("the random histories have a baseline, a low and a usual price, and lack them", () => {
  const seen = Array.from({ length: 120 }, (_, index) => ({ at: march + index * day, price: 100_00 + (index % 7) }));
  const past = new MovingHistory(seen);
  const told = seen.map(({ at }) => past.at(at));
  for (const name of ["baseline", "low", "usual"] as const) {
    expect(told.filter((each) => each[name] === null).length, name).toBeGreaterThan(2);
    expect(told.filter((each) => each[name] !== null).length, name).toBeGreaterThan(80);
  }
});

test("a window gives its k-th smallest value, and its number of days", () => {
  fc.assert(
    fc.property(checks, fc.constantFrom(hour, day, 30 * day), (items, length) => {
      const window = new Window(items, length, (one, other) => one.price - other.price);
      for (const { at } of items) {
        window.moveTo(at);
        const within = items.filter((item) => item.at < at && item.at >= at - length);
        const prices = within.map((item) => item.price).sort((a, b) => a - b);
        expect(prices.map((_, index) => window.nth(index + 1).price)).toEqual(prices);
        expect(window.days).toBe(new Set(within.map((item) => dayNumber(item.at))).size);
      }
    }),
    { numRuns: 100 },
  );
});

test("fifty thousand checks do not take the square of one's time", () => {
  const seen = Array.from({ length: 50_000 }, (_, index) => ({
    at: march + index * (hour / 10),
    price: 100_00 + ((index * 7919) % 5000),
  }));
  const past = new MovingHistory(seen);
  const began = performance.now();
  for (const { at } of seen) past.at(at);
  expect(performance.now() - began).toBeLessThan(10_000);
});
