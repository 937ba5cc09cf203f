import type { CfnIntegration, IHttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Alarm, ComparisonOperator, MathExpression, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import { Alias, type CfnPermission } from "aws-cdk-lib/aws-lambda";
import { Annotations, Duration, RemovalPolicy } from "aws-cdk-lib/core";
import type { Api, Function as Fn, Stack } from "sst/constructs";

/** The alias of the API's Lambda that API Gateway calls. */
const aliasName = "live";

const minute = { period: Duration.minutes(1), statistic: "Sum" };

/**
 * Has API Gateway call an alias of the Lambda, which a deploy moves to the new version step by step: 10 % of the requests
 * for five minutes, then all. An alarm meanwhile takes it back to the version before, and CloudFormation then takes back
 * the rest of the stack. Versions before stay, so that the alias can be moved back by hand.
 *
 * RELEASE_AT_ONCE=yes moves it at once, and no alarm takes it back: while the version before answers 5xx the alarms ring
 * already, and would refuse what mends it.
 */
export function release(stack: Stack, gateway: Api<Record<string, never>>, answer: Fn): Alias {
  const version = answer.currentVersion;
  version.applyRemovalPolicy(RemovalPolicy.RETAIN);
  const alias = new Alias(stack, "apiLive", { aliasName, version });

  // SST names the Lambda itself.
  for (const construct of gateway.node.findAll()) {
    const { cfnResourceType } = construct as { cfnResourceType?: string };
    if (cfnResourceType === "AWS::ApiGatewayV2::Integration") {
      (construct as CfnIntegration).integrationUri = alias.functionArn;
    }
    if (cfnResourceType === "AWS::Lambda::Permission") (construct as CfnPermission).functionName = alias.functionArn;
  }

  Annotations.of(answer).acknowledgeWarning(
    "@aws-cdk/aws-lambda:addPermissionsToVersionOrAlias",
    "The one permission to call the Lambda has been moved to the alias.",
  );

  const atOnce = process.env.RELEASE_AT_ONCE === "yes";
  const group = new LambdaDeploymentGroup(stack, "apiRelease", {
    alias,
    deploymentConfig: atOnce ? LambdaDeploymentConfig.ALL_AT_ONCE : LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
    alarms: [failing(stack, alias), refusing(stack, gateway.cdk.httpApi)],
    // CodeDeploy would keep alarms that are only left out.
    ignoreAlarmConfiguration: atOnce,
    autoRollback: { deploymentInAlarm: !atOnce },
  });
  // So that the alias moves as this deploy says, not the one before.
  alias.node.addDependency(group);
  return alias;
}

/** Rings when the Lambda of the alias threw or timed out three times in a minute, in either version. */
function failing(stack: Stack, alias: Alias): Alarm {
  return new Alarm(stack, "releaseFails", {
    alarmDescription: "A release of the API threw or timed out, and is taken back.",
    metric: alias.metricErrors(minute),
    threshold: 3,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}

/**
 * Rings when 3 % of a minute's requests, and three of them at least, were answered 5xx: the app itself answers its
 * faults, so that the Lambda did not fail. With a tenth of the requests that is a third of what a new version answers.
 */
function refusing(stack: Stack, { apiId }: IHttpApi): Alarm {
  const of = (metricName: string, statistic: string) =>
    new Metric({ namespace: "AWS/ApiGateway", metricName, dimensionsMap: { ApiId: apiId }, ...minute, statistic });
  return new Alarm(stack, "releaseRefuses", {
    alarmDescription: "A release of the API answers 5xx, and is taken back.",
    metric: new MathExpression({
      expression: "IF(faults >= 3, 100 * faults / requests, 0)",
      usingMetrics: { faults: of("5xx", "Sum"), requests: of("Count", "SampleCount") },
      period: Duration.minutes(1),
    }),
    threshold: 3,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
