import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { hurried, hurrying } from "./hurrying.ts";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";

/**
 * Limits of V8's heap (MB). A worker has 17 MB in use at any moment. With V8's own limits, which suit a machine with more
 * memory, 80 MB of garbage pile up before the old generation is collected.
 */
const heap = "--max-old-space-size=192 --max-semi-space-size=8";

/**
 * One Lambda re-prices the due fares every five minutes, and calls helpers when there are many; another stores the counts of provider calls.
 */
export function watcher({ stack }: StackContext) {
  const { store, providers } = use(secrets);
  const bind = [...store, ...providers];
  const sender = hurrying(stack, "deliver");
  const helping = lambda(stack, "help", {
    handler: "packages/functions/src/hurried/sweep.handler",
    timeout: "270 seconds",
    memorySize: "512 MB",
    bind,
    environment: { DELIVER_LAMBDA_URL: sender.url, NODE_OPTIONS: heap },
    allow: [sender.may],
  });
  const helpers = hurrying(stack, "help");
  const sweeping = lambda(stack, "sweep", {
    handler: "packages/functions/src/cron/sweep.handler",
    // Ends before the next one begins.
    timeout: "270 seconds",
    memorySize: "512 MB",
    bind,
    environment: { HELP_LAMBDA_URL: helpers.url, DELIVER_LAMBDA_URL: sender.url, NODE_OPTIONS: heap },
    allow: [helpers.may, sender.may],
    // Only one sweep at a time.
    reservedConcurrentExecutions: 1,
  });
  const carrying = lambda(stack, "carry", {
    handler: "packages/functions/src/cron/provider-counts.handler",
    timeout: "60 seconds",
    memorySize: "256 MB",
    bind,
  });
  const sweep = every("cron(0/5 * * * ? *)", stack, "sweep", sweeping);
  const carry = every("cron(0/5 * * * ? *)", stack, "carry", carrying);
  // The highest number of helpers that a sweep calls (core/src/dispatch.ts).
  const help = hurried(stack, "help", 20, helping);
  return { sweep, carry, help };
}
