import {
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  SingleValueWidget,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import type { App, Stack } from "sst/constructs";
import type { Maker } from "./alarms/alarm.ts";
import { levels } from "./alarms/levels.ts";

type Shown = { apiId: string; queue: IQueue };

/**
 * One page of CloudWatch: for each service level the part that was good in the last 30 days, what is left of its error
 * budget, and how fast that goes; below them what the alarms on answers, queues, fares and providers look at. Three
 * dashboards of an account are free, each further one is $3 a month.
 */
export function dashboard(stack: Stack, { ownMetric, math }: Maker, { apiId, queue }: Shown): void {
  const page = new Dashboard(stack, "dashboard", {
    dashboardName: (stack.node.root as App).logicalPrefixedName("service"),
    start: "-P30D",
  });
  page.addWidgets(
    new TextWidget({
      width: 24,
      height: 2,
      markdown: "Service levels over the last 30 days. Targets, alarms and what to do: `packages/docs/alarms.md`.",
    }),
  );
  for (const { title, target, good, bad } of levels) {
    const counts = { good: ownMetric(good, 60, "Sum"), bad: ownMetric(bad, 60, "Sum") };
    const all = "(FILL(good, 0) + FILL(bad, 0))";
    const share = `IF(${all} > 0, 100 * FILL(bad, 0) / ${all}, 0)`;
    const budget = Number((100 - 100 * target).toFixed(4));
    const value = (label: string, expression: string) => math(expression, 60, counts).with({ label });
    page.addWidgets(
      new SingleValueWidget({
        title: `${title}: ${100 * target} %`,
        width: 8,
        setPeriodToTimeRange: true,
        metrics: [
          value("good (%)", `100 - ${share}`),
          value("error budget left (%)", `100 - 100 * (${share}) / ${budget}`),
        ],
      }),
      new GraphWidget({
        title: `${title}: how fast the error budget goes (1: it lasts for 30 days)`,
        width: 16,
        left: [value("times", `(${share}) / ${budget}`)],
        leftAnnotations: [
          { value: 14.4, label: "fast" },
          { value: 6, label: "slow" },
        ],
      }),
    );
  }
  const gateway = (metricName: string, statistic: string, label: string) =>
    new Metric({
      namespace: "AWS/ApiGateway",
      metricName,
      dimensionsMap: { ApiId: apiId },
      statistic,
      label,
      period: Duration.minutes(5),
    });
  const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, width: 8, left });
  page.addWidgets(
    graph("Answers", gateway("Count", "Sum", "all"), gateway("4xx", "Sum", "4xx"), gateway("5xx", "Sum", "5xx")),
    graph("Latency (ms)", gateway("Latency", "p50", "p50"), gateway("Latency", "p99", "p99")),
    graph("Oldest ticket of a stale search (s)", queue.metricApproximateAgeOfOldestMessage()),
    graph("Waiting (s)", ownMetric("OldestDueAge", 5), ownMetric("OldestMessageAge", 5), ownMetric("FlushLag", 5)),
    graph("Fares priced and failed", ownMetric("FaresPriced", 15, "Sum"), ownMetric("ProviderFailures", 15, "Sum")),
    graph("Budget used (%), breaker", ownMetric("BudgetUsed", 5), ownMetric("BreakerOpen", 5)),
    graph("Given up", ownMetric("AlertsGivenUp", 60, "Sum"), ownMetric("LettersGivenUp", 60, "Sum")),
    graph("Sign-ins refused", ownMetric("SignInsServed", 15, "Sum"), ownMetric("SignInsRefused", 15, "Sum")),
    graph("Rows at fault", ownMetric("RowsAtFault", 15, "Sum")),
  );
}
