import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";

/**
 * One Lambda stores noted searches; another maintains the monthly partitions of searches and prices.
 */
export function analytics({ stack }: StackContext) {
  const { store, providers } = use(secrets);
  const flushing = lambda(stack, "flush", {
    handler: "packages/functions/src/cron/flush.handler",
    timeout: "60 seconds",
    memorySize: "512 MB",
    // The place of a stored answer depends on the providers that were asked.
    bind: [...store, ...providers],
  });
  const tending = lambda(stack, "tend", {
    handler: "packages/functions/src/cron/maintenance.handler",
    timeout: "300 seconds",
    memorySize: "256 MB",
    bind: store,
  });
  const flush = every("cron(0/5 * * * ? *)", stack, "flush", flushing);
  const tend = every("cron(0 * * * ? *)", stack, "tend", tending);
  return { flush, tend };
}
