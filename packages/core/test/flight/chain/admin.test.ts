import { counted } from "@travel-conductor/local/testing";
import { expect, test, vi } from "vitest";
import { redis } from "../../../src/base/cache.ts";
import { sql } from "../../../src/base/db.ts";
import { logger } from "../../../src/base/log.ts";
import { list, persistCounts, setEnabled } from "../../../src/flight/chain/admin.ts";
import { readStates } from "../../../src/flight/chain/ledger.ts";
import { runGate } from "../../../src/flight/chain/script.ts";
import { chain } from "../../../src/flight/chain.ts";
import { at, criteria, failure, offer, ok, scriptedProvider, secondsLater } from "../../support/chain.ts";
import * as a from "../../support/factory.ts";
import { interceptRequests, withoutService } from "../../support/network.ts";

const refused = { kind: "forbidden", code: "operator.required" };

async function operator(): Promise<string> {
  const userId = await a.user();
  await sql`update users set is_operator = true where users.id = ${userId}`;
  return userId;
}

/** Two processes over one provider, and the operator's view of it. */
async function set(budget: number | null = null) {
  const provider = scriptedProvider();
  const gated = [{ name: provider.name, budget }];
  const userId = await operator();
  let now = at;
  const lambda = () => chain([provider], { clock: () => now, budgets: { [provider.name]: budget } });
  return {
    ...{ provider, gated, userId, one: lambda(), other: lambda() },
    turn: (enabled: boolean) => setEnabled(userId, provider.name, { enabled }, gated, now),
    shown: async () => (await list(userId, gated, now)).items[0],
    wait: (seconds: number) => {
      now = secondsLater(seconds);
    },
  };
}

test("a provider is turned off everywhere with the next call, and on again", async () => {
  const { provider, one, other, ...the } = await set();
  expect((await one.search(criteria, at)).status).toBe("ok");
  expect(await the.turn(false)).toMatchObject({ name: provider.name, enabled: false });
  for (const process of [one, other]) {
    expect(await process.search(criteria, at)).toMatchObject({
      status: "provider_error",
      providers: [{ status: "skipped" }],
    });
    const sold = { provider: provider.name, reference: "1" };
    expect(await process.confirm(criteria, sold, at)).toEqual({ status: "provider_error" });
  }
  expect(provider.search).toHaveBeenCalledTimes(1);
  expect(provider.confirm).not.toHaveBeenCalled();
  await the.turn(true);
  expect((await other.search(criteria, at)).status).toBe("ok");
});

test("a user who is no operator sees and changes nothing", async () => {
  const { provider, gated, one, ...the } = await set();
  await one.search(criteria, at);
  const userId = await a.user();
  await expect(list(userId, gated, at)).rejects.toMatchObject(refused);
  for (const name of [provider.name, "nobody"])
    await expect(setEnabled(userId, name, { enabled: false }, gated, at)).rejects.toMatchObject(refused);
  expect(await the.shown()).toMatchObject({ enabled: true });
  expect(await sql`select from provider_switches where provider_switches.provider = ${provider.name}`).toEqual([]);
  const missing = { kind: "missing", code: "provider.unknown" };
  await expect(setEnabled(the.userId, "nobody", { enabled: false }, gated, at)).rejects.toMatchObject(missing);
});

test("a switch that Redis could not be told of is stored, says so, and takes effect when counts are next persisted", async () => {
  const { one, gated, ...the } = await set();
  await one.search(criteria, at);
  const untold = { kind: "upstream", code: "provider.untold", retryAfter: 5 };
  await expect(withoutService("redis", () => the.turn(false))).rejects.toMatchObject(untold);
  expect(await the.shown()).toMatchObject({ enabled: false });
  expect((await one.search(criteria, at)).status).toBe("ok");
  await persistCounts(gated, at);
  expect((await one.search(criteria, at)).status).toBe("provider_error");
  await expect(withoutService("redis", () => the.turn(true))).rejects.toMatchObject(untold);
  expect(await the.turn(true)).toMatchObject({ enabled: true });
  expect((await one.search(criteria, at)).status).toBe("ok");
});

test("a state read before a provider was turned off, and written after, does not turn it on", async () => {
  const { provider, one, ...the } = await set();
  const [truth] = await readStates([provider.name], at);
  await the.turn(false);
  await runGate([{ name: provider.name, truth }], at);
  expect((await one.search(criteria, at)).status).toBe("provider_error");
  expect(provider.search).not.toHaveBeenCalled();
});

test("of two changes the later one holds, even if Redis receives it first", async () => {
  const { one, ...the } = await set();
  await one.search(criteria, at);
  let requests = 0;
  const overtaking = async (service: string) => {
    if (service === "redis" && ++requests === 1) await the.turn(false);
  };
  await interceptRequests(overtaking, () => the.turn(true));
  expect((await one.search(criteria, at)).status).toBe("provider_error");
});

test("an operator sees the calls by purpose and outcome, and whether the breaker is open", async () => {
  const { provider, gated, one, other, ...the } = await set(1000);
  provider.says = {
    ...ok(offer(provider.name, "1", 5000)),
    rate: { limit: 60, remaining: 50, resetsAt: secondsLater(60).toISOString() },
  };
  await one.search(criteria, at);
  provider.says = failure;
  for (let n = 0; n < 6; n++) await other.search(criteria, at, { purpose: "background" });
  const seen = {
    ...{ name: provider.name, enabled: true, breaker: "open", lastFailureAt: at.toISOString(), budget: 1000 },
    shares: { person: 500, background: 500 },
    spent: { person: 1, background: 5 },
    rate: { limit: 60, remaining: 45, resetsAt: secondsLater(60).toISOString() },
    today: { asked: 6, ok: 1, provider_error: 5 },
  };
  expect(await the.shown()).toEqual(seen);
  await persistCounts(gated, at);
  expect(await the.shown()).toEqual(seen);
  expect(await withoutService("redis", the.shown)).toEqual({
    ...seen,
    breaker: "unknown",
    lastFailureAt: null,
    rate: null,
  });

  await redis.flushall();
  the.wait(86_400);
  provider.says = ok(offer(provider.name, "1", 5000));
  await one.search(criteria, at);
  expect(await the.shown()).toEqual({
    ...seen,
    ...{ breaker: "closed", lastFailureAt: null, rate: null, spent: { person: 2, background: 5 } },
    today: { asked: 1, ok: 1 },
  });
  the.wait(86_400 * 15);
  expect(await the.shown()).toMatchObject({ spent: { person: 0, background: 0 }, today: {} });
});

test("a breaker rests for thirty seconds, and is then half open", async () => {
  const { provider, one, ...the } = await set();
  provider.says = failure;
  for (let n = 0; n < 5; n++) await one.search(criteria, at);
  expect(await the.shown()).toMatchObject({ breaker: "open" });
  the.wait(30);
  expect(await the.shown()).toMatchObject({ breaker: "half-open" });
});

test("the page takes one request to Redis and one to Postgres; a change is logged by ids only", async () => {
  const { provider, userId, ...the } = await set();
  expect(await counted(the.shown)).toEqual({ redis: 1, postgres: 1 });
  const log = vi.spyOn(logger, "info");
  await the.turn(false);
  expect(log.mock.calls).toEqual([["provider turned", { userId, provider: provider.name, enabled: false }]]);
  log.mockRestore();
});

test("gathered counts are written where they changed, also beside a provider that was never called", async () => {
  const { gated, one } = await set();
  await one.search(criteria, at);
  const all = [{ name: "never-called", budget: null }, ...gated];
  const gather = (minutes: number) => counted(() => persistCounts(all, secondsLater(60 * minutes), "gathered"));
  expect((await gather(0)).postgres).toBeGreaterThan(0);
  expect((await gather(30)).postgres).toBe(0);
  await one.search({ ...criteria, departureDate: "2026-11-30" }, at);
  expect((await gather(29)).postgres).toBe(0);
  expect((await gather(30)).postgres).toBeGreaterThan(0);
});
