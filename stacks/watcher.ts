import { type StackContext, use } from "sst/constructs";
import { every } from "./clock.ts";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";

/** Every five minutes one Lambda re-prices the fares that are due. */
export function watcher({ stack }: StackContext) {
  const { store } = use(secrets);
  const sweep = lambda(stack, "sweep", {
    handler: "packages/functions/src/cron/sweep.handler",
    timeout: "270 seconds",
    memorySize: "512 MB",
    bind: store,
    // One at a time.
    reservedConcurrentExecutions: 1,
  });
  every("rate(5 minutes)", stack, "sweep", sweep);
}
