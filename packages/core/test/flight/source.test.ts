import { expect, test } from "vitest";
import { isSimulated, sourceOf } from "../../src/flight/source.ts";

test.each([
  [{}, "simulator"],
  [{ token: "duffel_live_abc" }, "duffel"],
  [{ token: "duffel_test_abc", stage: "production" }, "duffel_test"],
  [{ token: "duffel_live_abc", named: "simulator" as const }, "simulator"],
  [{ stage: "production" }, null],
  [{ stage: "production", named: "simulator" as const }, "simulator"],
])("the settings %j make prices come from %s", (settings, source) => {
  expect(sourceOf(settings)).toBe(source);
});

test("prices of the simulator and of a test account are simulated, also beside others", () => {
  const sources = ["simulator", "duffel_test", "duffel+duffel_test", "duffel", null];
  expect(sources.map(isSimulated)).toEqual([true, true, true, false, false]);
});
