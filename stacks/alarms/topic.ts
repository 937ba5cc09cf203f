import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Stack } from "sst/constructs";

/**
 * Creates the topic that alarms are sent to, which mails them to ALARM_EMAIL where the deploy names an address. Only
 * CloudWatch and Budgets of this account may publish there.
 */
export function alarmTopic(stack: Stack) {
  const topic = new Topic(stack, "alarms", { enforceSSL: true });
  for (const service of ["cloudwatch", "budgets"])
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
      }),
    );
  const { ALARM_EMAIL } = process.env;
  if (ALARM_EMAIL) topic.addSubscription(new EmailSubscription(ALARM_EMAIL));
  return { topic, action: new SnsAction(topic) };
}
