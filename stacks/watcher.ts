import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";

/** Every five minutes one Lambda re-prices the fares that are due; every minute one writes down how often providers were called. */
export function watcher({ stack }: StackContext) {
  const { store, providers } = use(secrets);
  const bind = [...store, ...providers];
  const sweep = lambda(stack, "sweep", {
    handler: "packages/functions/src/cron/sweep.handler",
    timeout: "270 seconds",
    memorySize: "512 MB",
    bind,
    // One at a time.
    reservedConcurrentExecutions: 1,
  });
  const carry = lambda(stack, "carry", {
    handler: "packages/functions/src/cron/carry.handler",
    timeout: "60 seconds",
    memorySize: "256 MB",
    bind,
  });
  every("rate(5 minutes)", stack, "sweep", sweep);
  every("rate(1 minute)", stack, "carry", carry);
}
