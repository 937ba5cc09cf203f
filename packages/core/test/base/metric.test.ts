import { expect, test } from "vitest";
import * as Analytics from "../../src/analytics.ts";
import * as Metric from "../../src/base/metric.ts";
import { runAs } from "../../src/base/trace.ts";
import { persistCounts } from "../../src/flight/chain/admin.ts";
import {
  at,
  background,
  clock,
  countGranted,
  failure,
  lambda,
  ok,
  scriptedProvider,
  secondsLater,
} from "../support/chain.ts";
import { logOf, metricLines } from "../support/logs.ts";
import { recordSearches } from "../support/searches.ts";

const metric = (line: Record<string, unknown> | undefined) => {
  const { _aws, ...values } = line ?? {};
  return values;
};

test("a line names the metric, its dimensions and its unit", async () => {
  const [line] = await metricLines(async () => Metric.emit({ size: [3, "Count"] }, { kind: "good" }));
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

test("a flush emits the age of the oldest search it finds", async () => {
  const now = Date.now();
  await recordSearches({ at: new Date(now) });
  const [behind] = await metricLines(() => Analytics.flush(new Date(now + 90_000)));
  expect(metric(behind).FlushLag).toBeGreaterThan(89);
  expect(metric(behind).FlushLag).toBeLessThanOrEqual(90);
  const [level] = await metricLines(() => Analytics.flush(new Date(now + 90_000)));
  expect(metric(level)).toEqual({ FlushLag: 0 });
});

test("each minute emits whether a provider's breaker is open, and how much of their shares people or watches have used", async () => {
  const provider = scriptedProvider();
  const gated = [{ name: provider.name, budget: 50 }];
  const chained = lambda(provider, 50);
  await countGranted(chained, 8);
  await countGranted(chained, 2, background);
  const after = async () => metric((await metricLines(() => persistCounts(gated, clock.now)))[0]);
  expect(await after()).toEqual({ BreakerOpen: 0, BudgetUsed: 32 });
  provider.says = failure;
  const { log } = await logOf(() => runAs("a-request", () => countGranted(chained, 1)));
  expect(log).toMatch(/"requestId":"a-request".*"provider":"seller1".*"outcome":"provider_error"/);
  for (let n = 0; n < 9; n++) await countGranted(chained, 1);
  expect(await after()).toMatchObject({ BreakerOpen: 1 });
  provider.says = ok((await scriptedProvider().search({} as never, at)).offers[0]!);
  clock.now = secondsLater(31);
  await countGranted(chained, 1);
  expect(await after()).toMatchObject({ BreakerOpen: 0 });
  clock.now = secondsLater(30 * 86_400);
  expect(await after()).toEqual({ BreakerOpen: 0, BudgetUsed: 0 });
  gated[0]!.budget = null as never;
  expect(await after()).toMatchObject({ BudgetUsed: 0 });
});
