import * as Analytics from "@travel-conductor/core/analytics";
import { redis } from "@travel-conductor/core/base/cache";
import * as Flight from "@travel-conductor/core/flight";
import * as Sweep from "@travel-conductor/core/sweep";
import { expect, test } from "vitest";
import * as a from "./support/client.ts";
import { endless } from "./support/rediskeys.ts";
import { good } from "./support/requests.ts";

test("every key in Redis has a time to live, after searches, a sweep and the jobs", async () => {
  for (const operation of ["GET /v1/flights", "POST /v1/watches", "GET /v1/airports"] as const) {
    const { path, ...sent } = await good[operation]!();
    await a.call(operation.split(" ")[0] as string, path, sent);
  }
  await Sweep.run(new Date());
  await Flight.persistCounts(new Date());
  const kinds = new Set((await redis.keys("*")).map((key) => key.split(":")[0]));
  expect([...kinds].sort()).toEqual(expect.arrayContaining(["flight", "limit", "provider", "searches", "session"]));
  expect(await endless()).toEqual([]);
  await Analytics.flush(new Date(Date.now() + 60_000));
  expect(await redis.ttl("searches")).not.toBe(-1);
});
