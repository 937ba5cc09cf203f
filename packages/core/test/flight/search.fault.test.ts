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
  question,
  rateLimited,
  sentTickets,
  shortTimes,
  stubProvider,
} from "../support/provider.ts";

const seconds = (count: number) => minutesLater(count / 60);
const refusing = (...gone: string[]) => {
  return <T>(work: () => Promise<T>) =>
    interceptRequests((service) => {
      if (gone.includes(service)) throw new TypeError("fetch failed");
    }, work);
};

test.each([
  { answer: providerError, code: "flight.provider", retryAfter: 30 },
  { answer: rateLimited, code: "flight.busy", retryAfter: 60 },
])(
  "a provider's failure is told as one for 15 seconds before it is asked again: $code",
  async ({ answer, ...told }) => {
    const asked = question(stubProvider((before) => (before === 0 ? answer : ok(offer()))));
    const lambdas = [await newProcess(), await newProcess(), await newProcess()];
    for (const [index, { find }] of lambdas.entries())
      await expect(find(asked, seconds(index * 7))).rejects.toMatchObject({ kind: "upstream", ...told });
    expect(asked.provider).toMatchObject({ calls: { length: 1 } });
    expect(await find(asked, minutesLater(1))).toMatchObject({ freshness: "fresh" });
  },
);

test("a provider that throws has failed", async () => {
  const asked = question(stubProvider(() => Promise.reject(new Error("socket hang up"))));
  await expect(find(asked, at)).rejects.toMatchObject({ code: "flight.provider" });
});

test("a failure takes nothing from what is stored: it is shown as stale, from Postgres where Redis has lost it", async () => {
  const asked = question(stubProvider((before) => (before === 0 ? ok(offer()) : providerError)));
  const { known } = await find(asked, at);
  await redis.del(`flight:${asked.key}`);
  const days = 60 * 24;
  for (const minutes of [2 * days, 2 * days + 0.1])
    expect(await find(asked, minutesLater(minutes))).toEqual({ known, freshness: "stale" });
  expect(asked.provider).toMatchObject({ calls: { length: 2 } });
});

test("what Redis has lost comes back from Postgres: a fresh answer in place of the provider's, a recent one until there is a newer", async () => {
  const asked = question(stubProvider(() => ok(offer())));
  const { known } = await find(asked, at);
  for (const [minutes, freshness] of [
    [5, "cached"],
    [300, "stale"],
  ] as const) {
    await redis.del(`flight:${asked.key}`);
    expect(await (await newProcess()).find(asked, minutesLater(minutes))).toEqual({ known, freshness });
    expect(await counted(() => find(asked, minutesLater(minutes)))).toEqual({ redis: 1, postgres: 0 });
  }
  expect(asked.provider).toMatchObject({ calls: { length: 1 } });
});

test("an answer older than a day is not shown while the provider can be asked", async () => {
  const asked = question(stubProvider((before) => ok(offer(100 + before, minutesLater(9_000)))));
  await find(asked, at);
  expect(await find(asked, minutesLater(1_500))).toMatchObject({
    freshness: "fresh",
    known: { offers: [{ total: 101 }] },
  });
});

test("a queue that cannot be reached delays the renewal, not the answer, and the next to find it stale after the lease tries again", async () => {
  const asked = question(stubProvider(() => ok(offer())));
  const { known } = await find(asked, at);
  sentTickets();
  const found = await refusing("sqs")(() => find(asked, minutesLater(70)));
  expect(found).toEqual({ known, freshness: "stale" });
  expect(sentTickets()).toEqual([]);
  await redis.del(`flight:${asked.key}:lease`);
  await find(asked, minutesLater(70));
  expect(sentTickets()).toHaveLength(1);
});

describe("without Redis", () => {
  const gone = refusing("redis");

  test("Postgres serves what it has, and no provider is asked twice by several Lambdas", async () => {
    const told = deferred();
    const asked = question(stubProvider(() => told.opened.then(() => ok(offer()))));
    await gone(async () => {
      const lambdas = [await newProcess(), await newProcess()];
      const waiting = lambdas.map(({ find }) => find(asked, at, undefined, shortTimes));
      setTimeout(told.open, 2 * shortTimes.lease);
      const [one, other] = await Promise.all(waiting);
      expect(one).toEqual(other);
      expect(await (await newProcess()).find(asked, minutesLater(5))).toMatchObject({ freshness: "cached" });
      expect(await (await newProcess()).find(asked, minutesLater(70))).toMatchObject({ freshness: "stale" });
    });
    expect(asked.provider).toMatchObject({ calls: { length: 1 } });
  });

  test("a lost leader is replaced, a failure is told to all, and one of the failed providers' calls is spared", async () => {
    const answers: Answer[] = [providerError, ok(offer())];
    const asked = question(stubProvider((before) => answers[before] as Answer));
    await gone(async () => {
      const { inPostgres } = await import("../../src/flight/postgres.ts");
      await inPostgres.look({ key: asked.key, token: crypto.randomUUID(), lease: shortTimes.lease, at });
      await expect(find(asked, at, undefined, shortTimes)).rejects.toMatchObject({ code: "flight.provider" });
      await expect((await newProcess()).find(asked, seconds(10))).rejects.toMatchObject({ code: "flight.provider" });
      expect(await find(asked, minutesLater(1))).toMatchObject({ freshness: "fresh" });
    });
  });
});

describe("without Postgres", () => {
  test("a stored answer is told as ever, and a cold search is answered and stored in Redis", async () => {
    const asked = question(stubProvider(() => ok(offer())));
    await withoutService("postgres", async () => {
      expect(await find(asked, at)).toMatchObject({ freshness: "fresh" });
      expect(await find(asked, minutesLater(5))).toMatchObject({ freshness: "cached" });
    });
  });

  test("one that hangs holds a cold search up for four seconds at most", async () => {
    const asked = question(stubProvider(() => ok(offer())));
    const hang = deferred();
    await interceptRequests(
      (service) => (service === "postgres" ? hang.opened : undefined),
      async () => {
        const began = performance.now();
        expect(await find(asked, at)).toMatchObject({ freshness: "fresh" });
        expect(performance.now() - began).toBeLessThan(5_000);
        hang.open();
      },
    );
  });
});

test("without either, the provider answers, once for all who wait in a process", async () => {
  const asked = question(stubProvider(() => ok(offer())));
  const found = await refusing("redis", "postgres")(() => Promise.all([1, 2, 3].map(() => find(asked, at))));
  expect(found.map(({ freshness }) => freshness)).toEqual(["fresh", "fresh", "fresh"]);
  expect(asked.provider).toMatchObject({ calls: { length: 1 } });
});

describe("a Redis that hangs", () => {
  const send = globalThis.fetch;
  let broken: Server;
  beforeAll(async () => {
    broken = createServer((socket) => socket.on("error", () => undefined));
    await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
    const { port } = broken.address() as { port: number };
    globalThis.fetch = (input, init) =>
      send(String(input).replace(env.UPSTASH_REDIS_REST_URL, `http://127.0.0.1:${port}`), init);
  });
  afterAll(() => {
    globalThis.fetch = send;
    broken.close();
  });

  test("costs a search two seconds, cold or stored", async () => {
    const asked = question(stubProvider(() => ok(offer())));
    for (const freshness of ["fresh", "cached"]) {
      const began = performance.now();
      expect(await find(asked, at)).toMatchObject({ freshness });
      expect(performance.now() - began).toBeLessThan(3_000);
    }
  });
});
