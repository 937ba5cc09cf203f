import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue as Plain, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import { type App, type Function as Fn, type FunctionProps, Queue, type Stack } from "sst/constructs";

/** Who takes up the messages, within so many seconds; how many make an event, and how many events are in work at once. */
type Consumer = { lambda: FunctionProps; seconds: number; batchSize: number; maxConcurrency: number };

/**
 * A queue for a Lambda. Each message of an event that fails comes again alone; what failed three times is kept for a
 * fortnight in a queue beside it, from where `npm run redrive` sends it back. `may` lets
 * somebody do things with the queue.
 */
export function queue(stack: Stack, id: string, consumer: Consumer, order: "fifo" | "standard") {
  const { lambda, seconds, batchSize, maxConcurrency } = consumer;
  const props: QueueProps = {
    // CloudFormation takes no "false" here.
    ...(order === "fifo" ? { fifo: true } : {}),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  };
  const dead = new Plain(stack, `${id}Dead`, {
    ...props,
    queueName: (stack.node.root as App).logicalPrefixedName(`${id}Dead`) + (order === "fifo" ? ".fifo" : ""),
    retentionPeriod: Duration.days(14),
  });
  const { cdk, consumerFunction } = new Queue(stack, id, {
    consumer: { function: lambda, cdk: { eventSource: { batchSize, maxConcurrency, reportBatchItemFailures: true } } },
    cdk: {
      queue: {
        ...props,
        // AWS asks for six times as long as the Lambda may take.
        visibilityTimeout: Duration.seconds(6 * seconds),
        // A message that is forgotten before it has failed three times is never set aside.
        retentionPeriod: Duration.seconds(4 * 6 * seconds),
        deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
      },
    },
  });
  const { queueUrl, queueArn } = cdk.queue;
  const may = (...verbs: string[]) =>
    new PolicyStatement({ actions: verbs.map((verb) => `sqs:${verb}`), resources: [queueArn] });
  return { url: queueUrl, dead, consumer: consumerFunction as Fn, may };
}
