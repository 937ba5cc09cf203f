import { counted } from "@travel-conductor/local/testing";
import { expect, test } from "vitest";
import { redis } from "../../src/base/cache.ts";
import * as Postgres from "../../src/flight/postgres.ts";
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
  shortTimes,
  stubProvider,
  uniqueQuestion,
} from "../support/provider.ts";

test("a thousand concurrent searches for one cold question make one provider call and four requests", async () => {
  // From here on Redis knows the scripts.
  await find(uniqueQuestion(stubProvider(() => ok(offer()))), at);
  const question = uniqueQuestion(stubProvider(() => ok(offer())));
  let found: Awaited<ReturnType<typeof find>>[] = [];
  const cost = await counted(async () => {
    found = await Promise.all(Array.from({ length: 1_000 }, () => find(question, at)));
  });
  expect(question.provider).toMatchObject({ calls: { length: 1 } });
  expect(cost).toEqual({ redis: 2, postgres: 2 });
  expect(new Set(found)).toEqual(new Set([{ answer: found[0]?.answer, freshness: "fresh" }]));
});

test("followers in all Lambdas return the one leader's answer", async () => {
  const release = deferred();
  const question = uniqueQuestion(stubProvider(() => release.promise.then(() => ok(offer()))));
  const lambdas = await Promise.all([newProcess(), newProcess(), newProcess()]);
  const waiting = lambdas.flatMap(({ find }) => [
    find(question, at, undefined, shortTimes),
    find(question, at, undefined, shortTimes),
  ]);
  setTimeout(release.resolve, 100);
  const found = await Promise.all(waiting);
  expect(question.provider).toMatchObject({ calls: { length: 1 } });
  expect(found.map(({ freshness }) => freshness)).toEqual(Array(6).fill("fresh"));
  expect(new Set(found.map(({ answer }) => answer.searchedAt)).size).toBe(1);
});

test("a leader that takes longer than its lease renews it and stays the leader", async () => {
  const times = { ...shortTimes, leaseMs: 1_000, timeoutMs: 10_000 };
  const question = uniqueQuestion(
    stubProvider(() => new Promise((resolve) => setTimeout(() => resolve(ok(offer())), 2 * times.leaseMs))),
  );
  const [first, second] = [await newProcess(), await newProcess()];
  const found = await Promise.all([first, second].map(({ find }) => find(question, at, undefined, times)));
  expect(question.provider).toMatchObject({ calls: { length: 1 } });
  expect(found[0]?.answer).toEqual(found[1]?.answer);
});

test("a leader that is lost before it stores an answer is replaced by a follower", async () => {
  const question = uniqueQuestion(stubProvider(() => ok(offer())));
  const lostLeader = { key: question.key, token: crypto.randomUUID(), leaseMs: shortTimes.leaseMs, at };
  expect(await inRedis.lookUp(lostLeader)).toMatchObject({ leads: true });
  const found = await Promise.all(
    [await newProcess(), await newProcess()].map(({ find }) => find(question, at, undefined, shortTimes)),
  );
  expect(question.provider).toMatchObject({ calls: { length: 1 } });
  for (const { answer } of found) {
    expect(Date.parse(answer.searchedAt)).toBeGreaterThan(at.getTime());
    expect(answer).toEqual(found[0]?.answer);
  }
});

test.each([
  { last: "the overtaken", order: [1, 0] },
  { last: "the newer", order: [0, 1] },
])(
  "an overtaken leader replaces no newer answer and ends only its own lease, when $last leader is last",
  async ({ order }) => {
    const releases = [deferred(), deferred()];
    const calls = [deferred(), deferred()];
    const question = uniqueQuestion(
      stubProvider(async (callsBefore) => {
        calls[callsBefore]?.resolve();
        await releases[callsBefore]?.promise;
        return ok(offer(100 + callsBefore));
      }),
    );
    const leaseKey = `flight:${question.key}:lease`;
    const overtaken = (await newProcess()).find(question, at);
    await calls[0]?.promise;
    await redis.del(leaseKey);
    const newer = (await newProcess()).find(question, minutesLater(1));
    await calls[1]?.promise;
    const newerToken = await redis.get(leaseKey);
    for (const index of order) {
      releases[index]?.resolve();
      await (index === 0 ? overtaken : newer);
      expect(await redis.get(leaseKey)).toBe(index === 0 && order[0] === 0 ? newerToken : null);
    }
    expect((await overtaken).answer.offers[0]?.total).toBe(100);
    for (const { find } of [await newProcess()])
      expect(await find(question, minutesLater(2))).toMatchObject({
        freshness: "cached",
        answer: { offers: [{ total: 101 }] },
      });
    expect((await Postgres.copyOf(question.key))?.offers[0]?.total).toBe(101);
  },
);

test("a leader that dies before its answer reaches the stores is replaced, and its answer is lost", async () => {
  let unreachable = false;
  const question = uniqueQuestion(
    stubProvider((callsBefore) => {
      unreachable = callsBefore === 0;
      return ok(offer(100 + callsBefore));
    }),
  );
  const [first, second] = [await newProcess(), await newProcess()];
  await interceptRequests(
    () => {
      if (unreachable) throw new TypeError("fetch failed");
    },
    () => first.find(question, at, undefined, shortTimes),
  );
  unreachable = false;
  const found = await second.find(question, at, undefined, shortTimes);
  expect(found).toMatchObject({ freshness: "fresh", answer: { offers: [{ total: 101 }] } });
});

test("every search is answered in time, also if the provider ignores its abort signal", async () => {
  const question = uniqueQuestion(stubProvider(() => new Promise(() => undefined)));
  const times = { ...shortTimes, timeoutMs: 500 };
  const lambdas = await Promise.all([newProcess(), newProcess()]);
  const startedAt = performance.now();
  const results = await Promise.allSettled(lambdas.map(({ find }) => find(question, at, undefined, times)));
  expect(performance.now() - startedAt).toBeLessThan(10 * times.timeoutMs);
  for (const result of results)
    expect(result).toMatchObject({ status: "rejected", reason: { code: "flight.timeout", retryAfter: 30 } });
  expect(question.provider).toMatchObject({ calls: [{ signal: { aborted: true } }] });
});

test("a leader with little time left stores no failure when the provider does not answer", async () => {
  const question = uniqueQuestion(
    stubProvider((callsBefore) => (callsBefore === 0 ? new Promise(() => undefined) : ok(offer()))),
  );
  await inRedis.lookUp({ key: question.key, token: crypto.randomUUID(), leaseMs: 400, at });
  await expect(find(question, at, undefined, { ...shortTimes, timeoutMs: 600 })).rejects.toMatchObject({
    code: "flight.timeout",
  });
  expect(await find(question, at, undefined, shortTimes)).toMatchObject({ freshness: "fresh" });
});
