import * as v from "valibot";
import { expect, test } from "vitest";
import { chain } from "../../src/flight/chain.ts";
import { simulator } from "../../src/flight/simulator.ts";
import * as Sweep from "../../src/sweep.ts";
import * as Watch from "../../src/watch.ts";
import * as a from "../support/factory.ts";
import { withoutService } from "../support/network.ts";

test("an account sees what each active watch costs a day, what was called and what is left", async () => {
  const userId = await a.user();
  const far = await a.watch({ departureDate: "2026-10-01" }, { userId });
  const near = await a.watch(
    { departureFrom: "2026-03-20", departureTo: "2026-03-22", departureDate: undefined },
    { userId },
  );
  const paused = await a.watch({}, { userId });
  await Watch.pause(userId, paused.id, a.noon);
  const before = await Watch.usage({ userId, proven: false }, a.noon);
  expect(v.parse(Watch.Usage, before)).toEqual(before);
  expect(before).toEqual({
    ...{ limit: 50, made: 0, left: 50, resetsAt: "2026-03-02T00:00:00.000Z" },
    // Three fares, each checked every six hours; one checked once a day.
    watches: [
      { id: near.id, callsPerDay: 12 },
      { id: far.id, callsPerDay: 1 },
    ].sort((one, other) => (one.id < other.id ? 1 : -1)),
  });
  await Sweep.run(a.noon, { provider: chain([simulator], { clock: () => a.noon }) });
  expect(await Watch.usage({ userId, proven: true }, a.noon)).toMatchObject({ limit: 2000, made: 4, left: 1996 });
  await withoutService("redis", async () => {
    expect(await Watch.usage({ userId, proven: true }, a.noon)).toMatchObject({ made: null, left: null });
  });
});
