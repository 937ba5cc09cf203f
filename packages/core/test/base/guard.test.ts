import { expect, test, vi } from "vitest";
import { batch, redis, script } from "../../src/base/cache.ts";
import { newId } from "../../src/base/id.ts";

const add = script("return redis.call('incrby', KEYS[1], ARGV[1])");
const fail = script("return redis.call('incr', KEYS[1], 'too', 'many')");

/** One batch: what each limit counted, and what each script answered. */
async function send(limits: [key: string, quota: number][], key: string) {
  const commands = batch();
  const counts = limits.map(([limit, quota]) => commands.count(limit, quota, 60));
  const added = commands.run<number>(add, [key], [5]);
  const failed = commands.run(fail, [key], []).catch((error: Error) => error.message);
  const last = commands.run<number>(add, [key], [1]);
  await commands.send();
  return {
    counts: (await Promise.all(counts)).map(({ allowed, remaining }) => [allowed, remaining]),
    answers: await Promise.all([added, last]).catch((error: Error) => error.message),
    failed: await failed,
  };
}

test("a batch that its limits allow runs its scripts in turn, and one that fails leaves the others as they are", async () => {
  const [limit, key] = [newId("usr"), newId("usr")];
  expect(await send([[limit, 3]], key)).toEqual({
    counts: [[true, 2]],
    answers: [5, 6],
    failed: expect.stringContaining("arguments"),
  });
});

test("a batch that one limit refuses is counted by none of them and runs no script", async () => {
  const [wide, narrow, key] = [newId("usr"), newId("usr"), newId("usr")];
  const both: [string, number][] = [
    [wide, 9],
    [narrow, 1],
  ];
  await send(both, newId("usr"));
  for (let tries = 0; tries < 3; tries++) {
    const { counts, answers } = await send(both, key);
    expect(counts).toEqual([
      [true, 8],
      [false, 0],
    ]);
    expect(answers).toMatch(/refused/);
  }
  expect(await redis.exists(key)).toBe(0);
});

test("a script that Redis has forgotten is sent again, and runs once", async () => {
  const [limit, key] = [newId("usr"), newId("usr")];
  await send([[limit, 9]], newId("usr"));
  await redis.scriptFlush();
  expect(await send([[limit, 9]], key)).toMatchObject({ counts: [[true, 7]], answers: [5, 6] });
});

test("of many requests at once as many pass as the limit allows, and each key of a limit ends", async () => {
  const limit = newId("usr");
  const sent = await Promise.all(Array.from({ length: 40 }, () => send([[limit, 25]], newId("usr"))));
  expect(sent.filter(({ counts }) => counts[0]?.[0])).toHaveLength(25);
  const [key = ""] = await redis.keys(`limit:${limit}:*`);
  expect(await redis.ttl(key)).toBeGreaterThan(60);
});

test("a request that counts as several passes only where all of them fit", async () => {
  const limit = newId("usr");
  const take = async (cost: number) => {
    const commands = batch();
    const count = commands.count(limit, 10, 3_600, cost);
    await commands.send();
    const { allowed, remaining } = await count;
    return [allowed, remaining];
  };
  expect(await take(6)).toEqual([true, 4]);
  expect(await take(5)).toEqual([false, 4]);
  expect(await take(4)).toEqual([true, 0]);
  expect(await take(1)).toEqual([false, 0]);
});

test("a request that was refused passes after the seconds that it was told, and not one second before", async () => {
  const [quota, window] = [10, 600];
  const begins = Math.floor(Date.now() / 600_000) * 600_000 + 600_000;
  const take = async (limit: string, second: number, cost = 1) => {
    vi.setSystemTime(begins + second * 1_000);
    const commands = batch();
    const count = commands.count(limit, quota, window, cost);
    await commands.send();
    return await count;
  };
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    // Used up early in a window, late in it, in two windows, and by a request that counts as several.
    for (const [used, at, cost] of [
      [[[10, 3]], 20, 1],
      [[[10, 590]], 605, 1],
      [
        [
          [6, 300],
          [7, 900],
        ],
        910,
        1,
      ],
      [[[9, 599]], 602, 4],
    ] as [[number, number][], number, number][]) {
      const limit = newId("usr");
      for (const [requests, second] of used) for (let n = 0; n < requests; n++) await take(limit, second);
      const refused = await take(limit, at, cost);
      expect(refused.allowed).toBe(false);
      expect(await take(limit, at + refused.reset - 1, cost)).toMatchObject({ allowed: false });
      expect(await take(limit, at + refused.reset, cost)).toMatchObject({ allowed: true });
    }
  } finally {
    vi.useRealTimers();
  }
});

test("a window that ends lets no request more through", async () => {
  const limit = newId("usr");
  const ends = Math.floor(Date.now() / 60_000) * 60_000 + 60_000;
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const passed = async (now: number) => {
      vi.setSystemTime(now);
      return (await send([[limit, 5]], newId("usr"))).counts[0]?.[0];
    };
    for (let n = 0; n < 5; n++) expect(await passed(ends - 1)).toBe(true);
    for (const after of [0, 1, 500, 5_000]) expect(await passed(ends + after)).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
