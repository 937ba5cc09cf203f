import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { lambda } from "./lambda.ts";
import { queue } from "./queue.ts";
import { secrets } from "./secrets.ts";

/**
 * Every five minutes one Lambda re-prices the fares that are due, and where they are many sends tickets to others that
 * help; every minute one writes down how often providers were called.
 */
export function watcher({ stack }: StackContext) {
  const { store, providers } = use(secrets);
  const bind = [...store, ...providers];
  const helping = lambda(stack, "help", {
    handler: "packages/functions/src/queue/sweep.handler",
    timeout: "270 seconds",
    memorySize: "512 MB",
    bind,
  });
  // As many at once as a sweep calls at most (core/src/dispatch.ts).
  const consumer = { lambda: helping, seconds: 270, batchSize: 1, maxConcurrency: 20 };
  const tickets = queue(stack, "sweepTickets", consumer, "standard");
  const sweeping = lambda(stack, "sweep", {
    handler: "packages/functions/src/cron/sweep.handler",
    // Over before the next begins.
    timeout: "270 seconds",
    memorySize: "512 MB",
    bind,
    environment: { SWEEP_QUEUE_URL: tickets.url },
    allow: [tickets.may("SendMessage", "GetQueueAttributes")],
    // One at a time.
    reservedConcurrentExecutions: 1,
  });
  const carrying = lambda(stack, "carry", {
    handler: "packages/functions/src/cron/provider-counts.handler",
    timeout: "60 seconds",
    memorySize: "256 MB",
    bind,
  });
  const sweep = every("rate(5 minutes)", stack, "sweep", sweeping);
  const carry = every("rate(1 minute)", stack, "carry", carrying);
  return { sweep, carry, tickets };
}
