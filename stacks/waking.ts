import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { App, Stack } from "sst/constructs";

/** The name of the queue that wakes the sender of messages (delivery.ts). */
export const wakingQueueName = (stack: Stack) => (stack.node.root as App).logicalPrefixedName("deliver");

/**
 * What a Lambda needs to wake the sender. By name, because the stack of the queue depends on the API's, whose Lambda
 * wakes the sender too.
 */
export function waking(stack: Stack): { url: string; may: PolicyStatement } {
  const name = wakingQueueName(stack);
  return {
    url: `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}/${name}`,
    may: new PolicyStatement({
      actions: ["sqs:SendMessage"],
      resources: [stack.formatArn({ service: "sqs", resource: name })],
    }),
  };
}
