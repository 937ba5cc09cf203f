import { expect, test } from "vitest";
import { productNow, realNow, turnProductTime } from "../../src/base/time.ts";

const hour = 3_600_000;

test("product time is real time until it is turned, and then runs on from its moment at its speed", () => {
  const before = realNow();
  expect(productNow().getTime() - before.getTime()).toBeLessThan(1_000);
  expect(() => turnProductTime(before, 0.5)).toThrow("runs no slower than real time");

  const moment = new Date("2027-03-01T00:00:00Z");
  const begun = performance.now();
  turnProductTime(moment, 3_600);
  while (performance.now() < begun + 50);
  const passed = productNow().getTime() - moment.getTime();
  const most = performance.now() - begun;
  expect(passed).toBeGreaterThan(0.04 * hour);
  expect(passed).toBeLessThanOrEqual(3_600 * most);
  expect(realNow().getTime() - before.getTime()).toBeLessThan(2 * most + 1_000);
});
