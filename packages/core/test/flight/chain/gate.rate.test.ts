import { expect, test } from "vitest";
import {
  at,
  background,
  clock,
  countGranted,
  criteria,
  lambda,
  offer,
  ok,
  scriptedProvider,
  secondsLater,
} from "../../support/chain.ts";

test("a price that would alert is confirmed though the searches before it have used the calls that are due", async () => {
  const provider = scriptedProvider();
  const chained = lambda(provider, 1000);
  const sold = { provider: provider.name, reference: "1" };
  expect(await countGranted(chained, 300, background)).toBe(267);
  expect((await chained.search(criteria, at, background)).status).toBe("rate_limited");
  expect((await chained.confirm(criteria, sold, at, background)).status).toBe("ok");
  clock.now = secondsLater(14.9 * 86_400);
  expect(await countGranted(chained, 900, background)).toBe(232);
  expect((await chained.confirm(criteria, sold, at, background)).status).toBe("rate_limited");
});

test("searches of watches leave a part of the rate to the confirmations of what they found", async () => {
  const provider = scriptedProvider();
  const offers = ok(offer(provider.name, "1", 5000));
  provider.says = { ...offers, rate: { limit: 16, remaining: 10, resetsAt: secondsLater(60).toISOString() } };
  const chained = lambda(provider);
  await chained.search(criteria, at);
  provider.says = offers;
  expect(await countGranted(chained, 8, background)).toBe(6);
  const sold = { provider: provider.name, reference: "1" };
  const confirmed = await Promise.all([1, 2, 3].map(() => chained.confirm(criteria, sold, at, background)));
  expect(confirmed.map(({ status }) => status).sort()).toEqual(["ok", "ok", "rate_limited"]);
  // The other half of what is kept is for people.
  expect(await countGranted(chained, 8)).toBe(2);
});

test("a rate reported to one process holds for all, and a quarter of it is kept for people", async () => {
  const rate = { limit: 20, remaining: 10, resetsAt: secondsLater(60).toISOString() };
  const provider = scriptedProvider();
  const offers = ok(offer(provider.name, "1", 5000));
  provider.says = { ...offers, rate };
  const [one, other] = [lambda(provider), lambda(provider)];
  await one.search(criteria, at);
  provider.says = offers;
  expect(await countGranted(other, 8, background)).toBe(5);
  expect(await countGranted(one, 8)).toBe(5);
  expect(await other.search(criteria, at)).toMatchObject({ status: "rate_limited", rate: { ...rate, remaining: 0 } });
  clock.now = secondsLater(60);
  expect(await countGranted(other, 8, background)).toBe(8);
});

test("people cannot use the whole of a rate either: a quarter of it is kept for watches", async () => {
  const rate = { limit: 20, remaining: 20, resetsAt: secondsLater(60).toISOString() };
  const provider = scriptedProvider();
  const offers = ok(offer(provider.name, "1", 5000));
  provider.says = { ...offers, rate };
  const chained = lambda(provider);
  await chained.search(criteria, at);
  provider.says = offers;
  expect(await countGranted(chained, 30)).toBe(15);
  expect(await countGranted(chained, 30, background)).toBe(5);
});
