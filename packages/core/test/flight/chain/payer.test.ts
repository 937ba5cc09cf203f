import { describe, expect, test } from "vitest";
import { redis } from "../../../src/base/cache.ts";
import { newId } from "../../../src/base/id.ts";
import {
  at,
  background,
  clock,
  countGranted,
  criteria,
  lambda,
  scriptedProvider,
  secondsLater,
} from "../../support/chain.ts";

describe("a payer", () => {
  const payer = (key = newId("usr"), most = 3) => ({ payer: { key, most } });

  test("has its calls of a day, of every process and provider together, and others have their own", async () => {
    const [provider, second] = [scriptedProvider(), scriptedProvider()];
    const [one, other] = [lambda(provider), lambda(second)];
    const mine = payer();
    expect(await countGranted(one, 2, mine)).toBe(2);
    expect(await countGranted(other, 5, mine)).toBe(1);
    expect(await one.search(criteria, at, mine)).toMatchObject({
      ...{ status: "rate_limited", overShare: true },
      rate: { limit: 3, remaining: 0, resetsAt: "2026-11-17T00:00:00.000Z" },
    });
    expect(await one.confirm(criteria, { provider: provider.name, reference: "1" }, at, mine)).toMatchObject({
      overShare: true,
    });
    expect(await countGranted(one, 9, payer(undefined, 9))).toBe(9);
    expect(await countGranted(one, 9)).toBe(9);
    clock.now = secondsLater(86_400);
    expect(await countGranted(one, 5, mine)).toBe(3);
  });

  test("among many at once gets what is its own, in one request", async () => {
    const provider = scriptedProvider();
    const chained = lambda(provider);
    await chained.search(criteria, at);
    const payers = Array.from({ length: 8 }, (_, n) => payer(undefined, n));
    const granted = await Promise.all(payers.map((each) => countGranted(chained, 8, each)));
    expect(granted).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("takes no part of what is spread over the month once its own calls are made", async () => {
    const provider = scriptedProvider();
    const chained = lambda(provider, 1000);
    await countGranted(chained, 300, background);
    clock.now = new Date(at.getTime() + 86_400_000);
    await countGranted(chained, 300, background);
    clock.now = new Date(clock.now.getTime() + 2 * 3_600_000);
    expect(await countGranted(chained, 1, { ...background, ...payer(undefined, 0) })).toBe(0);
    expect(await countGranted(chained, 8, background)).toBe(1);
  });

  test("its counts leave Redis after two days", async () => {
    await countGranted(lambda(scriptedProvider()), 1, payer());
    expect(await redis.pttl("calls:2026-11-16")).toBeGreaterThan(0);
  });
});
