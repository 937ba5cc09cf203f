import { counted } from "@travel-conductor/local/testing";
import { expect, test, vi } from "vitest";
import { redis } from "../../../src/base/cache.ts";
import { sql } from "../../../src/base/db.ts";
import { persistCounts } from "../../../src/flight/chain/admin.ts";
import { createGate } from "../../../src/flight/chain/gate.ts";
import { readStates } from "../../../src/flight/chain/ledger.ts";
import { keyOf, runGate } from "../../../src/flight/chain/script.ts";
import type { chain } from "../../../src/flight/chain.ts";
import {
  at,
  background,
  clock,
  countGranted,
  criteria,
  failure,
  lambda,
  offer,
  ok,
  persistedCalls,
  scriptedProvider,
  secondsLater,
} from "../../support/chain.ts";
import { interceptRequests as reaching } from "../../support/network.ts";

/** Runs `count` searches one after another. */
async function asked(chained: ReturnType<typeof chain>, times: number): Promise<void> {
  for (let n = 0; n < times; n++) await chained.search(criteria, at);
}

test("sixty-four concurrent searches ask the gate once, and report to it at most twice", async () => {
  const provider = scriptedProvider();
  const chained = lambda(provider);
  await chained.search(criteria, at);
  const requests = await counted(() => countGranted(chained, 64));
  expect(provider.search).toHaveBeenCalledTimes(65);
  expect(requests.postgres).toBe(0);
  expect(requests.redis).toBeLessThanOrEqual(3);
  await persistCounts([{ name: provider.name, budget: null }], clock.now);
  expect(await persistedCalls(provider.name)).toEqual({ "person asked": 65, "person ok": 65 });
});

test("a breaker that opens in one process is open in all, and lets one probe through at a time", async () => {
  const provider = scriptedProvider(failure);
  const [one, other] = [lambda(provider), lambda(provider)];
  await asked(one, 3);
  await asked(other, 2);
  expect(await one.search(criteria, at)).toMatchObject({
    status: "provider_error",
    providers: [{ status: "skipped" }],
  });
  expect(await other.search(criteria, at)).toMatchObject({
    status: "provider_error",
    providers: [{ status: "skipped" }],
  });
  expect(provider.search).toHaveBeenCalledTimes(5);

  clock.now = secondsLater(30);
  await Promise.all([countGranted(one, 8), countGranted(other, 8)]);
  expect(provider.search).toHaveBeenCalledTimes(6);
  clock.now = secondsLater(59);
  expect(await countGranted(other, 2)).toBe(0);
  provider.says = ok(offer(provider.name, "1", 5000));
  clock.now = secondsLater(60);
  expect((await Promise.all([countGranted(one, 8), countGranted(other, 8)])).reduce((a, b) => a + b)).toBe(1);
  expect(await countGranted(one, 8)).toBe(8);
});

test("an abandoned probe is followed by the next, and a killed process's probe when its time is over", async () => {
  const provider = scriptedProvider(failure);
  const [one, other] = [lambda(provider), lambda(provider)];
  await asked(one, 5);
  clock.now = secondsLater(30);
  const given = new AbortController();
  provider.says = (call) => {
    given.abort();
    return new Promise((_, reject) => call.signal?.addEventListener("abort", () => reject(call.signal?.reason)));
  };
  await one.search(criteria, at, { signal: given.signal });
  const gate = createGate([{ name: provider.name, budget: null }], () => clock.now);
  expect(await gate.enter(provider.name, { purpose: "person" })).toMatchObject({ probe: true });
  provider.says = ok(offer(provider.name, "1", 5000));
  clock.now = secondsLater(59);
  expect(await countGranted(other, 1)).toBe(0);
  clock.now = secondsLater(60);
  expect(await countGranted(other, 1)).toBe(1);
});

test("failures among many successes, or far apart, open no breaker", async () => {
  const provider = scriptedProvider();
  const chained = lambda(provider);
  await countGranted(chained, 12);
  provider.says = failure;
  await asked(chained, 9);
  provider.says = ok(offer(provider.name, "1", 5000));
  expect(await countGranted(chained, 1)).toBe(1);

  const slow = scriptedProvider(failure);
  for (let minute = 0; minute < 8; minute++) {
    clock.now = secondsLater(60 * minute);
    await asked(lambda(slow), 1);
  }
  expect(slow.search).toHaveBeenCalledTimes(8);
});

test("watches' calls ahead of the calendar are spread, then stopped, and people cannot spend them", async () => {
  // 500 of 1,000 calls are for watches: in the middle of the month, with one day's head start, 266 of them are due.
  const provider = scriptedProvider();
  const [one, other] = [lambda(provider, 1000), lambda(provider, 1000)];
  expect(await countGranted(one, 600)).toBe(500);
  const last = await one.search(criteria, at);
  expect(last).toMatchObject({ status: "rate_limited", rate: { remaining: 0, resetsAt: "2026-12-01T00:00:00.000Z" } });
  expect((await countGranted(one, 300, background)) + (await countGranted(other, 300, background))).toBe(267);
  const refused = await one.search(criteria, at, background);
  expect(refused).toMatchObject({ status: "rate_limited", providers: [{ status: "skipped" }] });
  // The rest of the 500 is spread over the remaining fifteen days.
  const [wait, gap] = [Date.parse(refused.rate?.resetsAt ?? "") - at.getTime(), (15 * 86_400_000) / 233];
  expect(Math.abs(wait - gap)).toBeLessThan(2);
  clock.now = new Date(at.getTime() + wait - 1);
  expect(await countGranted(other, 1, background)).toBe(0);
  clock.now = new Date(at.getTime() + wait);
  expect(await countGranted(other, 8, background)).toBe(1);
  clock.now = secondsLater(14.9 * 86_400);
  expect(await countGranted(one, 900, background)).toBe(232);
  clock.now = new Date("2026-12-01T00:00:00Z");
  expect(await countGranted(other, 5)).toBe(5);
});

test("confirmations count like searches", async () => {
  const provider = scriptedProvider();
  const chained = lambda(provider, 6);
  const sold = { provider: provider.name, reference: "1" };
  for (let n = 0; n < 3; n++) expect((await chained.confirm(criteria, sold, at)).status).toBe("ok");
  expect((await chained.confirm(criteria, sold, at)).status).toBe("rate_limited");
  expect((await chained.search(criteria, at)).status).toBe("rate_limited");
  expect(provider.confirm).toHaveBeenCalledTimes(3);
});

test('"too many requests" without a time is ten seconds for all processes', async () => {
  const provider = scriptedProvider({ status: "rate_limited", offers: [] });
  const [one, other] = [lambda(provider), lambda(provider)];
  await one.search(criteria, at);
  provider.says = ok(offer(provider.name, "1", 5000));
  expect(await countGranted(other, 1)).toBe(0);
  clock.now = secondsLater(10);
  expect(await countGranted(other, 1)).toBe(1);
});

test("a Redis that lost everything turns no provider on, and gives no calls back", async () => {
  const provider = scriptedProvider();
  const gated = [{ name: provider.name, budget: 20 }];
  expect(await countGranted(lambda(provider, 20), 8)).toBe(8);
  await persistCounts(gated, clock.now);
  await redis.flushall();
  expect(await countGranted(lambda(provider, 20), 8)).toBe(2);
  await persistCounts(gated, clock.now);
  await redis.flushall();
  await sql`insert into provider_switches (provider, enabled) values (${provider.name}, false)`;
  expect(await countGranted(lambda(provider, 100), 8)).toBe(0);
  expect(await persistedCalls(provider.name)).toMatchObject({ "person asked": 10 });
});

test("counts are written once, however often, by however many, and wherever a process is killed", async () => {
  const provider = scriptedProvider();
  const gated = [{ name: provider.name, budget: null }];
  const chained = lambda(provider);
  await countGranted(chained, 5);
  await Promise.all([
    persistCounts(gated, clock.now),
    persistCounts(gated, clock.now),
    persistCounts(gated, clock.now),
  ]);
  expect(await persistedCalls(provider.name)).toEqual({ "person asked": 5, "person ok": 5 });
  await countGranted(chained, 2, background);
  // A background call does not wait until its outcome is counted.
  const counted = `n:${clock.now.toISOString().slice(0, 10)}:background:ok`;
  await vi.waitFor(async () => expect(Number(await redis.hget(keyOf(provider.name), counted))).toBe(2));
  // The last of a run's three requests fails: Postgres has everything, and Redis learns it in the next run.
  let requests = 0;
  const dying = (service: string) => {
    if (service === "redis" && ++requests === 2) throw new TypeError("fetch failed");
  };
  await expect(reaching(dying, () => persistCounts(gated, clock.now))).rejects.toThrow();
  await persistCounts(gated, clock.now);
  expect(await persistedCalls(provider.name)).toEqual({
    ...{ "person asked": 5, "person ok": 5, "background asked": 2, "background ok": 2 },
  });
});

test("persisted counts are not counted a second time against the month", async () => {
  const provider = scriptedProvider();
  const gated = [{ name: provider.name, budget: 20 }];
  const chained = lambda(provider, 20);
  expect(await countGranted(chained, 4)).toBe(4);
  await persistCounts(gated, clock.now);
  await persistCounts(gated, clock.now);
  expect(await countGranted(chained, 8)).toBe(6);
});

test("of two processes that give an empty Redis the state one is used, even if the other read it later", async () => {
  const provider = scriptedProvider();
  const gated = [{ name: provider.name, budget: 20 }];
  expect(await countGranted(lambda(provider, 20), 4)).toBe(4);
  await persistCounts(gated, clock.now);
  await runGate([{ name: provider.name, truth: (await readStates([provider.name], clock.now))[0] }], clock.now);
  expect(await countGranted(lambda(provider, 20), 8)).toBe(6);
});

test("writing counts to Postgres leaves a provider's breaker and rate as they are", async () => {
  const provider = scriptedProvider();
  const gated = [{ name: provider.name, budget: null }];
  const chained = lambda(provider);
  await countGranted(chained, 2);
  const resets = clock.now.getTime() + 60_000;
  await redis.hset(keyOf(provider.name), { opened: resets, limit: 60, remaining: 0, resets });
  await persistCounts(gated, clock.now);
  expect(await countGranted(chained, 3)).toBe(0);
  const [opened, remaining] = Object.values(
    (await redis.hmget<Record<string, string>>(keyOf(provider.name), "opened", "remaining")) ?? {},
  );
  expect([Number(opened), Number(remaining)]).toEqual([resets, 0]);
});

test("a day's counts leave Redis two days later, and stay in Postgres", async () => {
  const provider = scriptedProvider();
  const gated = [{ name: provider.name, budget: null }];
  const days = async () => (await redis.hkeys(keyOf(provider.name))).filter((field) => field.startsWith("n:")).length;
  await countGranted(lambda(provider), 3);
  clock.now = secondsLater(86_400);
  await persistCounts(gated, clock.now);
  expect(await days()).toBe(2);
  clock.now = secondsLater(2 * 86_400);
  await persistCounts(gated, clock.now);
  expect(await days()).toBe(0);
  await persistCounts(gated, clock.now);
  expect(await persistedCalls(provider.name)).toEqual({ "person asked": 3, "person ok": 3 });
});

test.each([
  ["a field is no number", (key: string) => redis.hset(key, { "own:person": "many", month: "now" })],
  ["it is not a hash", async (key: string) => [await redis.del(key), await redis.set(key, "text")]],
])("a provider's state in which %s begins anew with what Postgres knows", async (_, damage) => {
  const provider = scriptedProvider();
  await asked(lambda(provider, 100), 3);
  await persistCounts([{ name: provider.name, budget: 100 }], clock.now);
  await damage(keyOf(provider.name));
  await asked(lambda(provider, 100), 1);
  expect(provider.search).toHaveBeenCalledTimes(4);
  const state = await redis.hmget<Record<string, string>>(keyOf(provider.name), "base:person", "own:person");
  expect(Object.values(state ?? {})).toEqual(["3", "1"]);
  await persistCounts([{ name: provider.name, budget: 100 }], clock.now);
  expect(await persistedCalls(provider.name)).toMatchObject({});
});

test("a state that is lost while its counts are written gives no call of the month a second time", async () => {
  const provider = scriptedProvider();
  const gated = [{ name: provider.name, budget: 40 }];
  const chained = lambda(provider, 40);
  expect(await countGranted(chained, 15)).toBe(15);
  let requests = 0;
  // After the state was read, before Postgres's answer is told to it.
  const losing = async (service: string) => {
    if (service === "redis" && ++requests === 2) await redis.del(keyOf(provider.name));
  };
  await reaching(losing, () => persistCounts(gated, clock.now));
  expect(await countGranted(chained, 30)).toBe(5);
  await persistCounts(gated, clock.now);
  expect(await persistedCalls(provider.name)).toMatchObject({ "person asked": 20 });
});
