import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { redis } from "../../src/base/cache.ts";
import * as Durable from "../../src/flight/postgres.ts";
import { find } from "../../src/flight/singleflight.ts";
import { inRedis } from "../../src/flight/store.ts";
import { interceptRequests } from "../support/network.ts";
import {
  at,
  deferred,
  minutesLater,
  newProcess,
  offer,
  ok,
  question,
  shortTimes,
  stubProvider,
} from "../support/provider.ts";

test("a thousand who ask one cold question at once are one provider call and a handful of requests", async () => {
  // The scripts are known from here on.
  await find(question(stubProvider(() => ok(offer()))), at);
  const asked = question(stubProvider(() => ok(offer())));
  let found: Awaited<ReturnType<typeof find>>[] = [];
  const cost = await counted(async () => {
    found = await Promise.all(Array.from({ length: 1_000 }, () => find(asked, at)));
  });
  expect(asked.provider).toMatchObject({ calls: { length: 1 } });
  expect(cost).toEqual({ redis: 2, postgres: 2 });
  expect(new Set(found)).toEqual(new Set([{ known: found[0]?.known, freshness: "fresh" }]));
});

test("across Lambdas, all who wait have the one leader's answer", async () => {
  const told = deferred();
  const asked = question(stubProvider(() => told.opened.then(() => ok(offer()))));
  const lambdas = await Promise.all([newProcess(), newProcess(), newProcess()]);
  const waiting = lambdas.flatMap(({ find }) => [
    find(asked, at, undefined, shortTimes),
    find(asked, at, undefined, shortTimes),
  ]);
  setTimeout(told.open, 100);
  const found = await Promise.all(waiting);
  expect(asked.provider).toMatchObject({ calls: { length: 1 } });
  expect(found.map(({ freshness }) => freshness)).toEqual(Array(6).fill("fresh"));
  expect(new Set(found.map(({ known }) => known.searchedAt)).size).toBe(1);
});

test("a leader that takes longer than its lease stays the leader", async () => {
  const times = { ...shortTimes, lease: 1_000, patience: 10_000 };
  const asked = question(
    stubProvider(() => new Promise((resolve) => setTimeout(() => resolve(ok(offer())), 2 * times.lease))),
  );
  const [one, other] = [await newProcess(), await newProcess()];
  const found = await Promise.all([one, other].map(({ find }) => find(asked, at, undefined, times)));
  expect(asked.provider).toMatchObject({ calls: { length: 1 } });
  expect(found[0]?.known).toEqual(found[1]?.known);
});

test("a leader that is lost before it has stored its answer is replaced", async () => {
  const asked = question(stubProvider(() => ok(offer())));
  const dead = { key: asked.key, token: crypto.randomUUID(), lease: shortTimes.lease, at };
  expect(await inRedis.look(dead)).toMatchObject({ leads: true });
  const waiting = await Promise.all(
    [await newProcess(), await newProcess()].map(({ find }) => find(asked, at, undefined, shortTimes)),
  );
  expect(asked.provider).toMatchObject({ calls: { length: 1 } });
  for (const { known } of waiting) {
    expect(Date.parse(known.searchedAt)).toBeGreaterThan(at.getTime());
    expect(known).toEqual(waiting[0]?.known);
  }
});

test.each([
  { last: "the overtaken", order: [1, 0] },
  { last: "the newer", order: [0, 1] },
])(
  "a leader that was overtaken replaces no newer answer and ends no lease but its own, when $last is last",
  async ({ order }) => {
    const gates = [deferred(), deferred()];
    const begun = [deferred(), deferred()];
    const asked = question(
      stubProvider(async (before) => {
        begun[before]?.open();
        await gates[before]?.opened;
        return ok(offer(100 + before));
      }),
    );
    const lease = `flight:${asked.key}:lease`;
    const overtaken = (await newProcess()).find(asked, at);
    await begun[0]?.opened;
    await redis.del(lease);
    const newer = (await newProcess()).find(asked, minutesLater(1));
    await begun[1]?.opened;
    const held = await redis.get(lease);
    for (const which of order) {
      gates[which]?.open();
      await (which === 0 ? overtaken : newer);
      expect(await redis.get(lease)).toBe(which === 0 && order[0] === 0 ? held : null);
    }
    expect((await overtaken).known.offers[0]?.total).toBe(100);
    for (const { find } of [await newProcess()])
      expect(await find(asked, minutesLater(2))).toMatchObject({
        freshness: "cached",
        known: { offers: [{ total: 101 }] },
      });
    expect((await Durable.copyOf(asked.key))?.offers[0]?.total).toBe(101);
  },
);

test("a leader that dies between the provider's answer and the stores is replaced, and its answer is lost", async () => {
  let dead = false;
  const asked = question(
    stubProvider((before) => {
      dead = before === 0;
      return ok(offer(100 + before));
    }),
  );
  const [one, other] = [await newProcess(), await newProcess()];
  await interceptRequests(
    () => {
      if (dead) throw new TypeError("fetch failed");
    },
    () => one.find(asked, at, undefined, shortTimes),
  );
  dead = false;
  const found = await other.find(asked, at, undefined, shortTimes);
  expect(found).toMatchObject({ freshness: "fresh", known: { offers: [{ total: 101 }] } });
});

test("everybody has an answer in time, from a provider that does not know when to stop too", async () => {
  const asked = question(stubProvider(() => new Promise(() => undefined)));
  const times = { ...shortTimes, patience: 500 };
  const lambdas = await Promise.all([newProcess(), newProcess()]);
  const began = performance.now();
  const ends = await Promise.allSettled(lambdas.map(({ find }) => find(asked, at, undefined, times)));
  expect(performance.now() - began).toBeLessThan(2 * times.patience);
  for (const end of ends)
    expect(end).toMatchObject({ status: "rejected", reason: { code: "flight.timeout", retryAfter: 30 } });
  expect(asked.provider).toMatchObject({ calls: [{ signal: { aborted: true } }] });
});

test("who takes over with little time left does not call the provider down for others", async () => {
  const asked = question(stubProvider((before) => (before === 0 ? new Promise(() => undefined) : ok(offer()))));
  await inRedis.look({ key: asked.key, token: crypto.randomUUID(), lease: 400, at });
  await expect(find(asked, at, undefined, { ...shortTimes, patience: 600 })).rejects.toMatchObject({
    code: "flight.timeout",
  });
  expect(await find(asked, at, undefined, shortTimes)).toMatchObject({ freshness: "fresh" });
});
