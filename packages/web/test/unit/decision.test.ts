import { expect, test } from "vitest";
import type { Judged } from "../../src/data/watches.ts";
import { explain, foldRuns, nearestBound } from "../../src/watch/decision.ts";
import { en } from "../../src/words/en.ts";
import { formatOf, pluralOf } from "../../src/words/format.ts";

const words = en(pluralOf("en-GB"));
const format = formatOf("en-GB", "UTC");
const pounds = (amount: string) => ({ amount, currency: "GBP" });

const silent = (at: string, amount: string, reason = "no rule true"): Judged =>
  ({
    at,
    status: "ok",
    price: pounds(amount),
    bounds: { target: pounds("27.00"), drop: pounds("26.50"), newLow: null, routeLow: null },
    decision: { silent: reason },
  }) as unknown as Judged;
const told = (at: string, fired: string[]): Judged =>
  ({ ...silent(at, "21.99"), decision: { fired, alreadyTrue: false, mistakeFare: false } }) as unknown as Judged;

test("the nearest bound is the one least below the price", () => {
  expect(nearestBound(silent("2026-11-25T10:00:00Z", "28.50"))).toMatchObject({ name: "target", by: 1.5 });
  expect(nearestBound(silent("2026-11-25T10:00:00Z", "26.75"))).toMatchObject({ name: "drop" });
  expect(nearestBound(silent("2026-11-25T10:00:00Z", "20.00"))).toBeNull();
  expect(nearestBound({ ...silent("2026-11-25T10:00:00Z", "1"), price: null })).toBeNull();
});

test("a difference is exact money, not a sum of binary fractions", () => {
  expect(explain(silent("2026-11-25T10:00:00Z", "27.10"), words, format)).toContain("£0.10 above");
});

test("silent checks of a day with one reason fold; a day, a reason or an alert between them parts them", () => {
  const runs = foldRuns([
    silent("2026-11-25T18:00:00Z", "30"),
    silent("2026-11-25T12:00:00Z", "31"),
    told("2026-11-25T11:00:00Z", ["target"]),
    silent("2026-11-25T10:00:00Z", "30"),
    silent("2026-11-25T06:00:00Z", "30", "cooling"),
    silent("2026-11-24T23:00:00Z", "30", "cooling"),
  ]);
  expect(runs.map(({ checks }) => checks.length)).toEqual([2, 1, 1, 1, 1]);
  expect(foldRuns([])).toEqual([]);
});

test("two alerts never fold", () => {
  const runs = foldRuns([told("2026-11-25T18:00:00Z", ["target"]), told("2026-11-25T12:00:00Z", ["target"])]);
  expect(runs).toHaveLength(2);
});

test("every decision has a sentence", () => {
  expect(explain(told("2026-11-25T18:00:00Z", ["target", "drop"]), words, format)).toBe(
    "at or below your price and below what is usual",
  );
  for (const reason of Object.keys(words.why.reasons)) {
    expect(explain(silent("2026-11-25T10:00:00Z", "20", reason), words, format)).toBe(words.why.reasons[reason]);
  }
});
