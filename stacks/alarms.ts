import { ComparisonOperator, MathExpression, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Duration } from "aws-cdk-lib/core";
import { type Function as Fn, type StackContext, use } from "sst/constructs";
import { analytics } from "./analytics.ts";
import { api } from "./api.ts";
import { delivery } from "./delivery.ts";
import { flights } from "./flights.ts";
import { privacy } from "./privacy.ts";
import { watcher } from "./watcher.ts";

/**
 * What somebody must look at, told to a topic: by mail to ALARM_EMAIL where the deploy names one. What each alarm means
 * and asks for stands in docs/deploy.md.
 */
export function alarms({ stack, app }: StackContext) {
  const topic = new Topic(stack, "alarms", { enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  );
  const { ALARM_EMAIL } = process.env;
  if (ALARM_EMAIL) topic.addSubscription(new EmailSubscription(ALARM_EMAIL));
  const action = new SnsAction(topic);

  /** Rings when the metric was at `least` or above so many `times` on end; where it was not told at all, as `silent` says. */
  const ring = (
    id: string,
    metric: Metric | MathExpression,
    {
      least,
      times = 1,
      silent = TreatMissingData.NOT_BREACHING,
    }: { least: number; times?: number; silent?: TreatMissingData },
  ) => {
    const alarm = metric.createAlarm(stack, id, {
      alarmName: app.logicalPrefixedName(id),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: least,
      evaluationPeriods: times,
      treatMissingData: silent,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  };
  /** What our own code tells (core/src/base/metric.ts): the most, or the sum, in so many minutes. */
  const told = (metricName: string, minutes: number, statistic: "Maximum" | "Sum" = "Maximum") =>
    new Metric({
      namespace: `travel-conductor/${app.stage}`,
      metricName,
      statistic,
      period: Duration.minutes(minutes),
    });

  const { refresh } = use(flights);
  const { sweep, carry, tickets } = use(watcher);
  for (const [id, { dead }] of Object.entries({ refresh, tickets }))
    ring(`${id}Dead`, dead.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum" }), { least: 1 });

  ring("dueFaresWait", told("OldestDueAge", 5), { least: 1800, times: 2, silent: TreatMissingData.BREACHING });
  ring("providerFails", told("BreakerOpen", 1), { least: 1, times: 5 });
  ring("budgetSpent", told("BudgetUsed", 5), { least: 80 });
  const half = { failed: told("ProviderFailures", 15, "Sum"), priced: told("FaresPriced", 15, "Sum") };
  const share = new MathExpression({
    expression: "100 * failed / priced",
    usingMetrics: half,
    period: Duration.minutes(15),
  });
  ring("faresUnpriced", share, { least: 50, times: 3 });
  ring("flushLags", told("FlushLag", 1), { least: 300, times: 5, silent: TreatMissingData.BREACHING });

  const { answer } = use(api);
  const lambdas: Record<string, Fn> = { answer, sweep, help: tickets.consumer, carry, refresh: refresh.consumer };
  Object.assign(lambdas, use(delivery), use(privacy), use(analytics));
  for (const [id, fn] of Object.entries(lambdas)) {
    const failures = new MathExpression({
      expression: "FILL(errors, 0) + FILL(throttles, 0)",
      usingMetrics: {
        errors: fn.metricErrors({ statistic: "Sum" }),
        throttles: fn.metricThrottles({ statistic: "Sum" }),
      },
      period: Duration.minutes(15),
    });
    ring(`${id}Fails`, failures, { least: 1 });
  }
}
