import { Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { CfnHealthCheck } from "aws-cdk-lib/aws-route53";
import { Duration } from "aws-cdk-lib/core";
import type { StackContext } from "sst/constructs";
import { alarmMaker } from "./alarm.ts";
import { alarmTopic } from "./topic.ts";

/**
 * A probe from outside: Route 53 asks PROBE_PATH of WEB_DOMAIN from three regions of the world every 30 seconds. Its
 * metric is in us-east-1 alone, so this stack is deployed there, by itself: `sst deploy --region us-east-1`. A canary of
 * CloudWatch Synthetics every minute would cost $52 a month, this $1 to $1.50. The path asks Redis alone: Postgres
 * would never sleep.
 */
export function outside({ stack }: StackContext) {
  const { WEB_DOMAIN, PROBE_PATH = "/health?stores=redis" } = process.env;
  if (!WEB_DOMAIN) throw new Error("WEB_DOMAIN must name the domain that is probed from outside.");
  const check = new CfnHealthCheck(stack, "probe", {
    healthCheckConfig: {
      type: "HTTPS",
      fullyQualifiedDomainName: WEB_DOMAIN,
      resourcePath: PROBE_PATH,
      port: 443,
      enableSni: true,
      requestInterval: 30,
      failureThreshold: 3,
      // The fewest that Route 53 takes.
      regions: ["eu-west-1", "us-east-1", "ap-southeast-1"],
    },
  });
  const { action } = alarmTopic(stack);
  const status = new Metric({
    namespace: "AWS/Route53",
    metricName: "HealthCheckStatus",
    dimensionsMap: { HealthCheckId: check.attrHealthCheckId },
    statistic: "Minimum",
    period: Duration.minutes(1),
  });
  const rule = { threshold: 0, periods: 2, missing: TreatMissingData.BREACHING };
  alarmMaker(stack, action).alarmOn("probeFails", status, rule, true);
}
