import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue as Plain, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Duration } from "aws-cdk-lib/core";
import { type App, type Function as Fn, type FunctionProps, Queue, type Stack } from "sst/constructs";

/**
 * The Lambda that receives the messages, and its timeout in `seconds`; `batchSize` is the number of messages in an
 * event, `maxConcurrency` the number of events in work at once.
 */
type Consumer = { lambda: FunctionProps; seconds: number; batchSize: number; maxConcurrency: number };

/**
 * Creates a FIFO queue for a Lambda. Each failed message of an event is delivered again alone. A message that failed three
 * times is kept for a fortnight in a dead-letter queue, from where `npm run redrive` sends it back. `may` returns a
 * permission to use the queue.
 */
export function queue(stack: Stack, id: string, consumer: Consumer) {
  const { lambda, seconds, batchSize, maxConcurrency } = consumer;
  const props: QueueProps = {
    fifo: true,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  };
  const dead = new Plain(stack, `${id}Dead`, {
    ...props,
    queueName: (stack.node.root as App).logicalPrefixedName(`${id}Dead.fifo`),
    retentionPeriod: Duration.days(14),
  });
  const { cdk, consumerFunction } = new Queue(stack, id, {
    consumer: { function: lambda, cdk: { eventSource: { batchSize, maxConcurrency, reportBatchItemFailures: true } } },
    cdk: {
      queue: {
        ...props,
        // AWS recommends six times the timeout of the Lambda.
        visibilityTimeout: Duration.seconds(6 * seconds),
        // Longer than three visibility timeouts: a message that expires before its third failure would never reach the
        // dead-letter queue.
        retentionPeriod: Duration.seconds(4 * 6 * seconds),
        deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
      },
    },
  });
  const { queueUrl, queueArn } = cdk.queue;
  const may = (...verbs: string[]) =>
    new PolicyStatement({ actions: verbs.map((verb) => `sqs:${verb}`), resources: [queueArn] });
  return { url: queueUrl, queue: cdk.queue, dead, consumer: consumerFunction as Fn, may };
}
