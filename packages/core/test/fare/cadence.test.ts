import { expect, test } from "vitest";
import { defaultCadence, dueReason } from "../../src/fare.ts";
import type { Answer } from "../../src/flight.ts";

const at = new Date("2026-03-01T12:00:00Z");

/**
 * Minutes to the next check of a fare that departs this many days after the first of March; a `chance` of a half means
 * no jitter.
 */
function wait(days: number, status: Answer["status"] = "ok", attempts = 0, chance = 0.5): number | null {
  const departureDate = new Date(Date.UTC(2026, 2, 1 + days)).toISOString().slice(0, 10);
  const next = defaultCadence(
    { id: "far_1", departureDate, status, attempts, near: false, resetsAt: null },
    at,
    chance,
  );
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
])("%i days before departure a fare is checked about every %i hours", (days, hours) => {
  expect(wait(days)).toBe(hours * 60);
  expect(wait(days, "no_results")).toBe(hours * 60);
  expect(wait(days, "partial")).toBe(hours * 60);
});

test("checks are spread by 15 percent in both directions", () => {
  expect(wait(100, "ok", 0, 0)).toBe(24 * 60 * 0.85);
  expect(wait(100, "ok", 0, 1)).toBe(24 * 69);
});

test("a fare that has departed everywhere on earth is not checked again", () => {
  expect(wait(0)).toBe(4 * 60);
  expect(wait(-1)).toBeNull();
});

test("after a failure the next check comes sooner, then later and later, up to the usual step", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => wait(10, "provider_error", attempts));
  expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 360]);
  expect(wait(10, "rate_limited", 60)).toBe(360);
});

test("near a trigger the wait is half as long, after a failure too", () => {
  const near = { id: "far_1", departureDate: "2026-03-11", attempts: 8, near: true, resetsAt: null };
  const minutes = (status: Answer["status"]) =>
    (Number(defaultCadence({ ...near, status }, at, 0.5)) - at.getTime()) / 60_000;
  expect(minutes("ok")).toBe(180);
  expect(minutes("provider_error")).toBe(180);
});

test("a provider that limits its rate is not asked before it may be, and not much later than usual", () => {
  const limited = {
    id: "far_1",
    departureDate: "2026-03-11",
    status: "rate_limited" as const,
    attempts: 1,
    near: false,
  };
  const hours = (reset: number, chance: number) => {
    const resetsAt = at.getTime() + reset * 3_600_000;
    return (Number(defaultCadence({ ...limited, resetsAt }, at, chance)) - at.getTime()) / 3_600_000;
  };
  expect(hours(2, 0)).toBe(2);
  expect(hours(2, 0.5)).toBe(2.5);
  expect(hours(-1, 0.5)).toBeCloseTo(1 / 12);
  expect(hours(400, 0.5)).toBe(6);
});

test.each([
  ["ok", false, "departure"],
  ["ok", true, "trigger"],
  ["no_results", false, "departure"],
  ["provider_error", true, "failure"],
  ["rate_limited", true, "limit"],
] as const)(
  "after a check that is %s, near a trigger: %s, the reason for the next check is %s",
  (status, near, why) => {
    expect(dueReason({ status, near })).toBe(why);
  },
);
