import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { hurrying, nameOf } from "./hurrying.ts";
import { lambda } from "./lambda.ts";
import { queue } from "./queue.ts";
import { secrets } from "./secrets.ts";
import { vault } from "./vault.ts";

/**
 * One Lambda takes the steps of bookings, woken by a queue as soon as there is one, and the same code by a clock every
 * minute. A seller may take two minutes for an order.
 */
export function bookings({ stack }: StackContext) {
  const { store, providers, payments } = use(secrets);
  const { environment, may } = use(vault);
  const sender = hurrying(stack, "deliver");
  const steps = hurrying(stack, "book");
  const props = (id: string, handler: string) =>
    lambda(stack, id, {
      handler: `packages/functions/src/${handler}.handler`,
      timeout: "170 seconds",
      memorySize: "512 MB",
      bind: [...store, ...providers, ...payments],
      environment: { DELIVERY_QUEUE_URL: sender.url, BOOKING_QUEUE_URL: steps.url, ...environment },
      allow: [sender.may, steps.may, may],
    });
  const consumer = { lambda: props("bookStep", "queue/book"), seconds: 170, batchSize: 1, maxConcurrency: 10 };
  return {
    book: queue(stack, "book", consumer, "standard", nameOf(stack, "book")),
    clock: every("cron(* * * * ? *)", stack, "bookClock", props("bookTick", "cron/book")),
  };
}
