import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { App, Stack } from "sst/constructs";

/** The queues whose messages have work begun at once, by the work. */
type Hurried = "deliver" | "book" | "export";

export const nameOf = (stack: Stack, id: Hurried) => (stack.node.root as App).logicalPrefixedName(id);

/**
 * What a Lambda needs to have work begun at once. By name, because the stack of the queue depends on the API's, whose
 * Lambda sends to it.
 */
export function hurrying(stack: Stack, id: Hurried): { url: string; may: PolicyStatement } {
  const name = nameOf(stack, id);
  return {
    url: `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}/${name}`,
    may: new PolicyStatement({
      actions: ["sqs:SendMessage"],
      resources: [stack.formatArn({ service: "sqs", resource: name })],
    }),
  };
}
