import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  ConfigurationSet,
  ConfigurationSetEventDestination,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from "aws-cdk-lib/aws-ses";
import { Topic } from "aws-cdk-lib/aws-sns";
import { LambdaSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import { type App, type FunctionProps, Function as SstFunction, type Stack } from "sst/constructs";
import { lambda } from "./lambda.ts";

/**
 * What becomes of mail: a configuration set publishes bounces and complaints to a topic, whose one subscriber is a Lambda.
 * SNS repeats a delivery to it for 23 days; an event that the Lambda failed at three times is kept for a fortnight, from
 * where `npm run redrive` publishes it again.
 * MAIL_DOMAIN, where the deploy names it, becomes an identity of SES with DKIM and a MAIL FROM domain of its own, and the
 * records of its zone are outputs of the stack.
 */
export function mailReports(stack: Stack, bind: NonNullable<FunctionProps["bind"]>) {
  const set = new ConfigurationSet(stack, "mail", {
    configurationSetName: `${stack.stackName}-mail`,
    reputationMetrics: true,
    suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
  });
  const topic = new Topic(stack, "mailReports", { enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal("ses.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
    }),
  );
  new ConfigurationSetEventDestination(stack, "mailReportsTo", {
    configurationSet: set,
    destination: EventDestination.snsTopic(topic),
    events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT],
  });
  const feedbackDead = new Queue(stack, "feedbackDead", {
    queueName: (stack.node.root as App).logicalPrefixedName("feedbackDead"),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  const feedback = new SstFunction(stack, "feedback", {
    ...lambda(stack, "feedback", {
      handler: "packages/functions/src/queue/feedback.handler",
      timeout: "30 seconds",
      memorySize: "256 MB",
      bind,
    }),
    deadLetterQueue: feedbackDead,
    retryAttempts: 2,
  });
  topic.addSubscription(new LambdaSubscription(feedback));
  identity(stack, set);
  return { configurationSet: `${stack.stackName}-mail`, feedback, feedbackDead };
}

function identity(stack: Stack, configurationSet: ConfigurationSet): void {
  const { MAIL_DOMAIN: domain } = process.env;
  if (!domain) return;
  const { dkimRecords } = new EmailIdentity(stack, "mailDomain", {
    identity: Identity.domain(domain),
    mailFromDomain: `bounce.${domain}`,
    configurationSet,
  });
  const records = Object.fromEntries(
    dkimRecords.map(({ name, value }, index) => [`Dkim${index + 1}`, `${name} CNAME ${value}`]),
  );
  stack.addOutputs({
    ...records,
    MailFromMx: `bounce.${domain} MX 10 feedback-smtp.${stack.region}.amazonses.com`,
    MailFromSpf: `bounce.${domain} TXT "v=spf1 include:amazonses.com ~all"`,
    Dmarc: `_dmarc.${domain} TXT "v=DMARC1; p=quarantine"`,
  });
}
