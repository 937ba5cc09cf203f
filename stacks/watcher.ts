import { Duration } from "aws-cdk-lib/core";
import { Cron, type StackContext, use } from "sst/constructs";
import { lambda } from "./lambda.ts";
import { secrets } from "./secrets.ts";

/** Every five minutes (EventBridge, UTC, at least once) one Lambda re-prices the fares that are due. */
export function watcher({ stack }: StackContext) {
  const { store } = use(secrets);
  new Cron(stack, "sweep", {
    schedule: "rate(5 minutes)",
    job: {
      function: lambda(stack, "sweep", {
        handler: "packages/functions/src/cron/sweep.handler",
        timeout: "270 seconds",
        memorySize: "512 MB",
        bind: store,
        // One at a time, and no second try: what a sweep leaves behind is due again at the next tick.
        reservedConcurrentExecutions: 1,
        retryAttempts: 0,
        maxEventAge: Duration.minutes(1),
      }),
      cdk: { target: { retryAttempts: 2, maxEventAge: Duration.minutes(5) } },
    },
  });
}
