import { expect, test, vi } from "vitest";
import { redis } from "../../src/base/cache.ts";
import { sql } from "../../src/base/db.ts";
import { dueOf } from "../../src/base/due.ts";
import { logger } from "../../src/base/log.ts";
import * as Dispatch from "../../src/dispatch.ts";
import * as a from "../support/factory.ts";
import { stubProvider } from "../support/stubprovider.ts";
import { afterNoon, alertsOf, everySweep, hour } from "../support/sweep.ts";

test("what a sweep has settled before it fails is sent and counted", async () => {
  vi.spyOn(logger, "error").mockImplementation(() => undefined);
  const good = await a.watch({ rules: { target: "200.00" } });
  await sql`update fares set due_at = ${afterNoon(-hour)}`;
  const userId = await a.user();
  const bad = await Promise.all(Array.from({ length: 31 }, () => a.watch({ rules: { target: "1.00" } }, { userId })));
  await sql`alter table price_observations add constraint is_poison check (price <> 66600)`;
  for (const key of ["outbox:due", "samples:due"]) await redis.set(key, `${afterNoon(6 * hour).getTime()} 0`);

  const names = new Set(bad.map(({ name }) => name));
  const provider = stubProvider((name) => (names.has(name) ? 666_00 : 190_00));
  const tick = Dispatch.tick(a.noon, 120_000, { provider, cadence: everySweep, batch: 100 });
  await expect(tick).rejects.toMatchObject({ code: "23514" });
  expect(await alertsOf(good.userId)).toHaveLength(1);
  expect(await dueOf(["messages", "samples"], afterNoon(hour))).toEqual(["messages", "samples"]);
});
