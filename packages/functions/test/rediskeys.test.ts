import * as Analytics from "@travel-conductor/core/analytics";
import { redis } from "@travel-conductor/core/base/cache";
import * as Flight from "@travel-conductor/core/flight";
import * as Sweep from "@travel-conductor/core/sweep";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";
import { good } from "./support/requests.ts";

test("every key in Redis has a time to live, after each operation, a sweep and the jobs", async () => {
  await redis.flushall();
  for (const [operation, request] of Object.entries(good)) {
    const { path, ...sent } = await request();
    await a.call(operation.split(" ")[0] as string, path, sent);
  }
  await Sweep.run(new Date());
  await Flight.persistCounts(new Date());
  const keys = await redis.keys("*");
  const kinds = new Set(keys.map((key) => key.split(":")[0]));
  expect([...kinds].sort()).toEqual(expect.arrayContaining(["flight", "limit", "provider", "searches", "session"]));
  const lives = await Promise.all(keys.map(async (key) => [key, await redis.ttl(key)] as const));
  expect(lives.filter(([, life]) => life < 0)).toEqual([]);
  await Analytics.flush(new Date(Date.now() + 60_000));
  expect(await redis.ttl("searches")).not.toBe(-1);
  // It makes every request of the API once.
}, 60_000);
