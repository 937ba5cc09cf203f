import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { App, Stack } from "sst/constructs";

/** The name of the queue that has the next step of a booking taken (bookings.ts). */
export const stepsQueueName = (stack: Stack) => (stack.node.root as App).logicalPrefixedName("book");

/**
 * What a Lambda needs to have the next step of a booking taken. By name, because the stack of the queue depends on the
 * API's, whose Lambda starts bookings.
 */
export function bookingSteps(stack: Stack): { url: string; may: PolicyStatement } {
  const name = stepsQueueName(stack);
  return {
    url: `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}/${name}`,
    may: new PolicyStatement({
      actions: ["sqs:SendMessage"],
      resources: [stack.formatArn({ service: "sqs", resource: name })],
    }),
  };
}
