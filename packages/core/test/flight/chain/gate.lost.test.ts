import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { sql } from "../../../src/base/db.ts";
import { persistCounts } from "../../../src/flight/chain/admin.ts";
import {
  at,
  background,
  clock,
  countGranted,
  criteria,
  failure,
  lambda,
  persistedCalls,
  scriptedProvider,
  secondsLater,
} from "../../support/chain.ts";
import { withHangingService, withoutService } from "../../support/network.ts";

test("without Redis users' calls are counted in Postgres, up to the month's budget and by its switch", async () => {
  const provider = scriptedProvider();
  const gated = [{ name: provider.name, budget: 20 }];
  const chained = lambda(provider, 20);
  expect(await countGranted(chained, 4)).toBe(4);
  await persistCounts(gated, clock.now);
  await withoutService("redis", async () => {
    expect(await countGranted(chained, 8)).toBe(6);
    expect(await countGranted(lambda(provider, 20), 2)).toBe(0);
    expect(await chained.search(criteria, at)).toMatchObject({ status: "rate_limited" });
    await sql`insert into provider_switches (provider, enabled) values (${provider.name}, false)`;
    expect((await chained.search(criteria, at)).status).toBe("provider_error");
    await sql`delete from provider_switches where provider_switches.provider = ${provider.name}`;
  });
  clock.now = secondsLater(5);
  await persistCounts(gated, clock.now);
  expect(await countGranted(chained, 1)).toBe(0);
});

test("a hanging Redis delays calls once, and not again for five seconds", async () => {
  const provider = scriptedProvider();
  const chained = lambda(provider, 20);
  await withHangingService("redis", async () => {
    expect(await counted(() => countGranted(chained, 3))).toEqual({ redis: 0, postgres: 1 });
    const begun = performance.now();
    expect(await countGranted(chained, 3)).toBe(3);
    expect(performance.now() - begun).toBeLessThan(1_900);
  });
  clock.now = secondsLater(5);
  expect(await countGranted(chained, 8)).toBe(4);
});

test("without Redis background calls that cost money wait, and free ones go on", async () => {
  const [dear, free] = [scriptedProvider(), scriptedProvider()];
  await withoutService("redis", async () => {
    expect(await lambda(dear, 1000).search(criteria, at, background)).toMatchObject({
      status: "rate_limited",
      rate: { resetsAt: secondsLater(5).toISOString() },
    });
    expect(await countGranted(lambda(free), 3, background)).toBe(3);
  });
  expect(await persistedCalls(free.name)).toEqual({ "background asked": 3 });
});

test("without Redis a process has a breaker of its own", async () => {
  const provider = scriptedProvider(failure);
  const [one, other] = [lambda(provider), lambda(provider)];
  await withoutService("redis", async () => {
    for (let n = 0; n < 8; n++) await one.search(criteria, at);
    expect(provider.search).toHaveBeenCalledTimes(5);
    await other.search(criteria, at);
    expect(provider.search).toHaveBeenCalledTimes(6);
    clock.now = secondsLater(30);
    for (let n = 0; n < 3; n++) await one.search(criteria, at);
    expect(provider.search).toHaveBeenCalledTimes(7);
  });
});

test("without both stores free providers are still asked, and others are not", async () => {
  const [dear, free] = [scriptedProvider(), scriptedProvider()];
  await withoutService("redis", () =>
    withoutService("postgres", async () => {
      expect(await countGranted(lambda(free), 3)).toBe(3);
      expect((await lambda(dear, 1000).search(criteria, at)).status).toBe("rate_limited");
    }),
  );
});
