import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type App, type Stack, type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { lambda } from "./lambda.ts";
import { queue } from "./queue.ts";
import { secrets } from "./secrets.ts";
import { waking } from "./waking.ts";

/** The name of the queue that has a booking's next step taken. */
const queueName = (stack: Stack) => (stack.node.root as App).logicalPrefixedName("book");

/** What a Lambda needs to have a booking's next step taken: by name, as the queue's stack depends on the API's. */
export function booking(stack: Stack): { url: string; may: PolicyStatement } {
  const name = queueName(stack);
  return {
    url: `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}/${name}`,
    may: new PolicyStatement({
      actions: ["sqs:SendMessage"],
      resources: [stack.formatArn({ service: "sqs", resource: name })],
    }),
  };
}

/**
 * One Lambda takes the steps of bookings, woken by a queue as soon as there is one, and the same code by a clock every
 * minute. A seller may take two minutes for an order.
 */
export function bookings({ stack }: StackContext) {
  const { store, providers, payments, vault } = use(secrets);
  const sender = waking(stack);
  const props = (id: string, handler: string) =>
    lambda(stack, id, {
      handler: `packages/functions/src/${handler}.handler`,
      timeout: "170 seconds",
      memorySize: "512 MB",
      bind: [...store, ...providers, ...payments, ...vault],
      environment: { DELIVERY_QUEUE_URL: sender.url },
      allow: [sender.may],
    });
  const consumer = { lambda: props("book", "queue/book"), seconds: 170, batchSize: 1, maxConcurrency: 10 };
  return {
    book: queue(stack, "bookQueue", consumer, "standard", queueName(stack)),
    clock: every("rate(1 minute)", stack, "bookClock", props("bookTick", "cron/book")),
  };
}
