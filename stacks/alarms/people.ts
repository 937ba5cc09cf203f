import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import type { Maker } from "./alarm.ts";

/** Alarms on what people feel at the API, `apiId`: failures, waiting, and sign-ins that are refused. */
export function apiAlarms({ alarmOn, ownMetric, math }: Maker, apiId: string): void {
  const gateway = (metricName: string, statistic: string) =>
    new Metric({
      namespace: "AWS/ApiGateway",
      metricName,
      dimensionsMap: { ApiId: apiId },
      statistic,
      period: Duration.minutes(5),
    });
  const asked = { failed: gateway("5xx", "Sum"), all: gateway("Count", "Sum") };
  alarmOn("answersFail", math("IF(all >= 20, 100 * FILL(failed, 0) / all, 0)", 5, asked), { threshold: 2, periods: 2 });
  alarmOn("answersSlow", gateway("Latency", "p99"), { threshold: 8_000, periods: 3 });
  const tries = {
    served: ownMetric("SignInsServed", 15, "Sum"),
    refused: ownMetric("SignInsRefused", 15, "Sum"),
    missed: ownMetric("SignInsMissed", 15, "Sum"),
  };
  const all = "(FILL(served, 0) + FILL(refused, 0) + FILL(missed, 0))";
  const share = `IF(${all} >= 30, 100 * (FILL(refused, 0) + FILL(missed, 0)) / ${all}, 0)`;
  alarmOn("signInsFail", math(share, 15, tries), { threshold: 80 });
}

/** Alarms on messages that nobody got. */
export function messageAlarms({ alarmOn, ownMetric }: Maker): void {
  alarmOn("alertsGivenUp", ownMetric("AlertsGivenUp", 60, "Sum"), { threshold: 3 });
  alarmOn("lettersGivenUp", ownMetric("LettersGivenUp", 60, "Sum"), { threshold: 10 });
}

/** An alarm on the oldest message of the queue (s): a queue without messages has no value. */
export function queueAlarm({ alarmOn }: Maker, queue: IQueue): void {
  const age = queue.metricApproximateAgeOfOldestMessage({ statistic: "Maximum", period: Duration.minutes(5) });
  alarmOn("queueWaits", age, { threshold: 900, periods: 2 });
}
