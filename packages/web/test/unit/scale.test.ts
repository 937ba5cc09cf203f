import { expect, test } from "vitest";
import { linear, padded } from "../../src/plot/scale.ts";
import { isSame, readAmount } from "../../src/watch/rules.ts";

test("a scale maps the ends onto the ends, and a single value into the middle", () => {
  const scale = linear([10, 20], [0, 100]);
  expect([10, 15, 20].map(scale)).toEqual([0, 50, 100]);
  expect(linear([10, 20], [100, 0])(10)).toBe(100);
  expect(linear([5, 5], [0, 100])(5)).toBe(50);
});

test("a range has room at both ends, also where all values are one", () => {
  expect(padded([0, 100])).toEqual([-3, 103]);
  const [low, high] = padded([0, 0]);
  expect(low).toBeLessThan(high);
});

test.each([
  ["27", "27"],
  ["27,50", "27.50"],
  [" 27.50 £", "27.50"],
  ["1.234,50", "1234.50"],
  ["1,234.50", "1234.50"],
  ["1,234,567", "1234567"],
  ["27.", "27."],
  ["١٢٫٥", "12.5"],
  ["۱۲", "12"],
  ["abc", ""],
])("an amount typed as %s is %s", (typed, amount) => {
  expect(readAmount(typed)).toBe(amount);
});

test("rules are the same where they tell of the same prices", () => {
  const rules = { target: "25.00", drop: "0.10", newLow: false, routeLow: false };
  expect(isSame(rules, { ...rules, target: "25" })).toBe(true);
  expect(isSame(rules, { ...rules, target: "25.01" })).toBe(false);
  expect(isSame(rules, { ...rules, target: null })).toBe(false);
  expect(isSame(rules, { ...rules, drop: null })).toBe(false);
});
