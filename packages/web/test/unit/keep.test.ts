import { expect, test } from "vitest";
import { keepOf } from "../../src/data/keep.ts";

const journey = { origin: "LON", destination: "BCN" };
const kept = (before: unknown[]) =>
  keepOf(["flights", journey, { stops: [0] }], 2)("offers", { queryKey: before }) === "offers";

test("the answer before stays for other filters of the same journey, and for no other journey", () => {
  expect(kept(["flights", { destination: "BCN", origin: "LON" }, {}])).toBe(true);
  expect(kept(["flights", { ...journey, destination: "LIS" }, {}])).toBe(false);
  expect(kept(["flights", { ...journey, currency: "GBP" }, {}])).toBe(false);
  expect(kept(["insight", journey])).toBe(false);
  expect(keepOf(["flights", journey, {}], 2)("offers", undefined)).toBeUndefined();
});
