import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue as Plain, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import { Queue, type StackContext, use } from "sst/constructs";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";

const fifo: QueueProps = { fifo: true, encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/**
 * Tickets for stored searches that were shown stale go to a Lambda that renews them. What it fails at three times is
 * kept for a fortnight; what was not taken up within five minutes is forgotten, since the next search leaves another.
 */
export function flights({ stack }: StackContext) {
  const { store, providers } = use(secrets);
  const consumer = lambda(stack, "refresh", {
    handler: "packages/functions/src/queue/refresh.handler",
    timeout: "30 seconds",
    memorySize: "512 MB",
    bind: [...store, ...providers],
  });
  const dead = new Plain(stack, "refreshDead", { ...fifo, retentionPeriod: Duration.days(14) });
  const { cdk } = new Queue(stack, "refresh", {
    consumer: {
      function: consumer,
      // So many at once ask the providers; and each of ten tickets in an event comes back alone.
      cdk: { eventSource: { batchSize: 10, maxConcurrency: 5, reportBatchItemFailures: true } },
    },
    cdk: {
      queue: {
        ...fifo,
        // AWS asks for six times as long as the Lambda may take.
        visibilityTimeout: Duration.seconds(180),
        retentionPeriod: Duration.minutes(5),
        deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
      },
    },
  });
  return {
    REFRESH_QUEUE_URL: cdk.queue.queueUrl,
    mayQueue: new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [cdk.queue.queueArn] }),
  };
}
