import { ComparisonOperator, MathExpression, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Duration } from "aws-cdk-lib/core";
import type { App, Stack } from "sst/constructs";

/** `threshold` in each of this number of `periods` on end; `missing` says how a period without a value counts. */
export type Rule = { threshold: number; periods?: number; missing?: TreatMissingData };

/** What alarms are made of in one stack. An alarm's mail names its section of docs/alarms.md. */
export function alarmMaker(stack: Stack, action: SnsAction) {
  const { stage, logicalPrefixedName } = stack.node.root as App;
  const name = logicalPrefixedName.bind(stack.node.root);

  /** Creates an alarm for a metric that was at `threshold` or above, or with `below` at it or below. */
  function alarmOn(id: string, metric: Metric | MathExpression, rule: Rule, below = false): void {
    const alarm = metric.createAlarm(stack, id, {
      alarmName: name(id),
      alarmDescription: `packages/docs/alarms.md#${id.toLowerCase()}`,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: rule.threshold,
      evaluationPeriods: rule.periods ?? 1,
      treatMissingData: rule.missing ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }

  /** Returns a metric that our own code writes (core/src/base/metric.ts): its maximum, or its sum, over `minutes`. */
  const ownMetric = (metricName: string, minutes: number, statistic: "Maximum" | "Sum" = "Maximum") =>
    new Metric({ namespace: `travel-conductor/${stage}`, metricName, statistic, period: Duration.minutes(minutes) });

  /** Returns the value of an expression over `minutes`; a metric without a value in the period counts as 0. */
  function math(expression: string, minutes: number, usingMetrics: Record<string, Metric>): MathExpression {
    return new MathExpression({ expression, usingMetrics, period: Duration.minutes(minutes) });
  }

  return { alarmOn, ownMetric, math };
}
export type Maker = ReturnType<typeof alarmMaker>;
