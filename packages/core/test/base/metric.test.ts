import { expect, test } from "vitest";
import * as Analytics from "../../src/analytics.ts";
import * as Metric from "../../src/base/metric.ts";
import { persistCounts } from "../../src/flight/chain/admin.ts";
import { alone, at, background, failure, later, ok, selling, through } from "../support/chain.ts";
import { told } from "../support/logs.ts";
import { searched } from "../support/searches.ts";

const metric = (line: Record<string, unknown> | undefined) => {
  const { _aws, ...values } = line ?? {};
  return values;
};

test("a line says what is a metric, of what, in which unit", async () => {
  const [line] = await told(async () => Metric.emit({ size: [3, "Count"] }, { kind: "good" }));
  expect(line).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: "travel-conductor/production",
          Dimensions: [["kind"]],
          Metrics: [{ Name: "size", Unit: "Count" }],
        },
      ],
    },
    kind: "good",
    size: 3,
  });
});

test("a flush tells how old the oldest search is that it finds", async () => {
  const now = Date.now();
  await searched({ at: new Date(now) });
  const [behind] = await told(() => Analytics.flush(new Date(now + 90_000)));
  expect(metric(behind).FlushLag).toBeGreaterThan(89);
  expect(metric(behind).FlushLag).toBeLessThanOrEqual(90);
  const [level] = await told(() => Analytics.flush(new Date(now + 90_000)));
  expect(metric(level)).toEqual({ FlushLag: 0 });
});

test("each minute it is told whether a provider's breaker is open, and how much of its budget is used", async () => {
  let now = at;
  const provider = selling();
  const gated = [{ name: provider.name, budget: 50 }];
  const chained = alone(provider, () => now, 50);
  await through(chained, 8);
  await through(chained, 2, background);
  const after = async () => metric((await told(() => persistCounts(gated, now)))[0]);
  expect(await after()).toEqual({ BreakerOpen: 0, BudgetUsed: 20 });
  provider.says = failure;
  for (let n = 0; n < 10; n++) await through(chained, 1);
  expect(await after()).toMatchObject({ BreakerOpen: 1 });
  provider.says = ok((await selling().search({} as never, at)).offers[0]!);
  now = later(31);
  await through(chained, 1);
  expect(await after()).toMatchObject({ BreakerOpen: 0 });
  now = later(30 * 86_400);
  expect(await after()).toEqual({ BreakerOpen: 0, BudgetUsed: 0 });
  gated[0]!.budget = null as never;
  expect(await after()).toMatchObject({ BudgetUsed: 0 });
});
