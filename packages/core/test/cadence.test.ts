import { expect, test } from "vitest";
import { usualCadence } from "../src/fare.ts";
import type { Answer } from "../src/flight.ts";

const at = new Date("2026-03-01T12:00:00Z");

/** Minutes to the next check of a fare that departs so many days after the first of March; `chance` of a half is no jitter. */
function wait(days: number, status: Answer["status"] = "ok", attempts = 0, chance = 0.5): number | null {
  const departureDate = new Date(Date.UTC(2026, 2, 1 + days)).toISOString().slice(0, 10);
  const next = usualCadence({ id: "far_1", departureDate, status, attempts, near: false, resetsAt: null }, at, chance);
  return next && (next.getTime() - at.getTime()) / 60_000;
}

test.each([
  [361, 24],
  [91, 24],
  [90, 12],
  [31, 12],
  [30, 6],
  [8, 6],
  [7, 4],
  [0, 4],
])("%i days before departure a fare is checked every %i hours or so", (days, hours) => {
  expect(wait(days)).toBe(hours * 60);
  expect(wait(days, "no_results")).toBe(hours * 60);
  expect(wait(days, "partial")).toBe(hours * 60);
});

test("checks are spread by 15 percent to both sides", () => {
  expect(wait(100, "ok", 0, 0)).toBe(24 * 60 * 0.85);
  expect(wait(100, "ok", 0, 1)).toBe(24 * 69);
});

test("a fare that has departed everywhere on earth is not checked again", () => {
  expect(wait(-1)).toBe(4 * 60);
  expect(wait(-2)).toBeNull();
});

test("after a failure the next check comes sooner, then later and later, up to the usual step", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => wait(10, "provider_error", attempts));
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 360]);
  expect(wait(10, "rate_limited", 60)).toBe(360);
});
