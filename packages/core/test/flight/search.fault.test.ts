import { createServer, type Server } from "node:net";
import { counted } from "@travel-conductor/local/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { redis } from "../../src/base/cache.ts";
import { env } from "../../src/base/env.ts";
import { find } from "../../src/flight/singleflight.ts";
import type { Answer } from "../../src/flight.ts";
import { interceptRequests, withoutService } from "../support/network.ts";
import {
  at,
  deferred,
  minutesLater,
  newProcess,
  offer,
  ok,
  providerError,
  rateLimited,
  sentTickets,
  shortTimes,
  stubProvider,
  uniqueQuestion,
} from "../support/provider.ts";

const seconds = (count: number) => minutesLater(count / 60);
const withoutServices = (...services: string[]) => {
  return <T>(work: () => Promise<T>) =>
    interceptRequests((service) => {
      if (services.includes(service)) throw new TypeError("fetch failed");
    }, work);
};

test.each([
  { answer: providerError, code: "flight.provider", retryAfter: 30 },
  { answer: rateLimited, code: "flight.busy", retryAfter: 60 },
])(
  "a provider's failure is returned for 15 seconds before it is asked again: $code",
  async ({ answer, ...problem }) => {
    const question = uniqueQuestion(stubProvider((callsBefore) => (callsBefore === 0 ? answer : ok(offer()))));
    const lambdas = [await newProcess(), await newProcess(), await newProcess()];
    for (const [index, { find }] of lambdas.entries())
      await expect(find(question, seconds(index * 7))).rejects.toMatchObject({ kind: "upstream", ...problem });
    expect(question.provider).toMatchObject({ calls: { length: 1 } });
    expect(await find(question, minutesLater(1))).toMatchObject({ freshness: "fresh" });
  },
);

test("a provider that throws counts as failed", async () => {
  const question = uniqueQuestion(stubProvider(() => Promise.reject(new Error("socket hang up"))));
  await expect(find(question, at)).rejects.toMatchObject({ code: "flight.provider" });
});

test("a stored answer outlives failures: it is returned as stale, from Postgres if Redis has lost it", async () => {
  const question = uniqueQuestion(stubProvider((callsBefore) => (callsBefore === 0 ? ok(offer()) : providerError)));
  const { answer } = await find(question, at);
  await redis.del(`flight:${question.key}`);
  const day = 60 * 24;
  for (const minutes of [2 * day, 2 * day + 0.1])
    expect(await find(question, minutesLater(minutes))).toEqual({ answer, freshness: "stale" });
  expect(question.provider).toMatchObject({ calls: { length: 2 } });
});

test("Redis gets a lost answer back from Postgres: cached if fresh, stale if recent", async () => {
  const question = uniqueQuestion(stubProvider(() => ok(offer())));
  const { answer } = await find(question, at);
  for (const [minutes, freshness] of [
    [5, "cached"],
    [300, "stale"],
  ] as const) {
    await redis.del(`flight:${question.key}`);
    expect(await (await newProcess()).find(question, minutesLater(minutes))).toEqual({ answer, freshness });
    expect(await counted(() => find(question, minutesLater(minutes)))).toEqual({ redis: 1, postgres: 0 });
  }
  expect(question.provider).toMatchObject({ calls: { length: 1 } });
});

test("an answer older than a day is not returned if the provider answers", async () => {
  const question = uniqueQuestion(stubProvider((callsBefore) => ok(offer(100 + callsBefore, minutesLater(9_000)))));
  await find(question, at);
  expect(await find(question, minutesLater(1_500))).toMatchObject({
    freshness: "fresh",
    answer: { offers: [{ total: 101 }] },
  });
});

test("without the queue the answer is stale; a search after the lease queues the refresh", async () => {
  const question = uniqueQuestion(stubProvider(() => ok(offer())));
  const { answer } = await find(question, at);
  sentTickets();
  const found = await withoutServices("sqs")(() => find(question, minutesLater(70)));
  expect(found).toEqual({ answer, freshness: "stale" });
  expect(sentTickets()).toEqual([]);
  await redis.del(`flight:${question.key}:lease`);
  await find(question, minutesLater(70));
  expect(sentTickets()).toHaveLength(1);
});

describe("without Redis", () => {
  const withoutRedis = withoutServices("redis");

  test("Postgres returns its answers, and several Lambdas make one provider call", async () => {
    const release = deferred();
    const question = uniqueQuestion(stubProvider(() => release.promise.then(() => ok(offer()))));
    await withoutRedis(async () => {
      const lambdas = [await newProcess(), await newProcess()];
      const waiting = lambdas.map(({ find }) => find(question, at, undefined, shortTimes));
      setTimeout(release.resolve, 2 * shortTimes.leaseMs);
      const [first, second] = await Promise.all(waiting);
      expect(first).toEqual(second);
      expect(await (await newProcess()).find(question, minutesLater(5))).toMatchObject({ freshness: "cached" });
      expect(await (await newProcess()).find(question, minutesLater(70))).toMatchObject({ freshness: "stale" });
    });
    expect(question.provider).toMatchObject({ calls: { length: 1 } });
  });

  test("a lost leader is replaced, and a failure is returned to all without another provider call", async () => {
    const answers: Answer[] = [providerError, ok(offer())];
    const question = uniqueQuestion(stubProvider((callsBefore) => answers[callsBefore] as Answer));
    await withoutRedis(async () => {
      const { inPostgres } = await import("../../src/flight/postgres.ts");
      await inPostgres.lookUp({ key: question.key, token: crypto.randomUUID(), leaseMs: shortTimes.leaseMs, at });
      await expect(find(question, at, undefined, shortTimes)).rejects.toMatchObject({ code: "flight.provider" });
      await expect((await newProcess()).find(question, seconds(10))).rejects.toMatchObject({ code: "flight.provider" });
      expect(await find(question, minutesLater(1))).toMatchObject({ freshness: "fresh" });
    });
  });
});

describe("without Postgres", () => {
  test("a stored answer is returned as usual, and a cold search is answered and stored in Redis", async () => {
    const question = uniqueQuestion(stubProvider(() => ok(offer())));
    await withoutService("postgres", async () => {
      expect(await find(question, at)).toMatchObject({ freshness: "fresh" });
      expect(await find(question, minutesLater(5))).toMatchObject({ freshness: "cached" });
    });
  });

  test("a hanging Postgres delays a cold search by four seconds at most", async () => {
    const question = uniqueQuestion(stubProvider(() => ok(offer())));
    const release = deferred();
    await interceptRequests(
      (service) => (service === "postgres" ? release.promise : undefined),
      async () => {
        const startedAt = performance.now();
        expect(await find(question, at)).toMatchObject({ freshness: "fresh" });
        expect(performance.now() - startedAt).toBeLessThan(5_000);
        release.resolve();
      },
    );
  });
});

test("without Redis and Postgres the provider is called once per process for all waiting searches", async () => {
  const question = uniqueQuestion(stubProvider(() => ok(offer())));
  const found = await withoutServices("redis", "postgres")(() => Promise.all([1, 2, 3].map(() => find(question, at))));
  expect(found.map(({ freshness }) => freshness)).toEqual(["fresh", "fresh", "fresh"]);
  expect(question.provider).toMatchObject({ calls: { length: 1 } });
});

describe("a Redis that hangs", () => {
  const originalFetch = globalThis.fetch;
  let hangingServer: Server;
  beforeAll(async () => {
    hangingServer = createServer((socket) => socket.on("error", () => undefined));
    await new Promise<void>((resolve) => hangingServer.listen(0, "127.0.0.1", resolve));
    const { port } = hangingServer.address() as { port: number };
    globalThis.fetch = (input, init) =>
      originalFetch(String(input).replace(env.UPSTASH_REDIS_REST_URL, `http://127.0.0.1:${port}`), init);
  });
  afterAll(() => {
    globalThis.fetch = originalFetch;
    hangingServer.close();
  });

  test("delays a search by two seconds, cold or stored", async () => {
    const question = uniqueQuestion(stubProvider(() => ok(offer())));
    for (const freshness of ["fresh", "cached"]) {
      const startedAt = performance.now();
      expect(await find(question, at)).toMatchObject({ freshness });
      expect(performance.now() - startedAt).toBeLessThan(3_900);
    }
  });
});
