import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { ArnFormat, Duration } from "aws-cdk-lib/core";
import { type App, type FunctionProps, Function as SstFunction, type Stack } from "sst/constructs";

/** The work that is begun at once: of each, one Lambda is called without waiting for it. */
type Hurried = "deliver" | "book" | "export" | "cards" | "help";

const nameOf = (stack: Stack, id: Hurried) => (stack.node.root as App).logicalPrefixedName(`${id}Now`);

/**
 * What a Lambda needs to have work begun at once. By name, because the stack of the Lambda that is called depends on the
 * API's, whose Lambda calls it.
 */
export function hurrying(stack: Stack, id: Hurried): { url: string; may: PolicyStatement } {
  const name = nameOf(stack, id);
  return {
    url: `https://lambda.${stack.region}.${stack.urlSuffix}/2015-03-31/functions/${name}/invocations`,
    may: new PolicyStatement({
      actions: ["lambda:InvokeFunction"],
      resources: [
        stack.formatArn({
          service: "lambda",
          resource: "function",
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
    }),
  };
}

/**
 * The Lambda that is called, at most `atOnce` times at the same time. Lambda keeps a call for a minute at most and does
 * not repeat one that failed: a clock does the same work. Without calls no queue is polled for it.
 */
export function hurried(stack: Stack, id: Hurried, atOnce: number, props: FunctionProps): SstFunction {
  return new SstFunction(stack, `${id}Now`, {
    ...props,
    functionName: nameOf(stack, id),
    reservedConcurrentExecutions: atOnce,
    retryAttempts: 0,
    maxEventAge: Duration.minutes(1),
  });
}
