import { Duration } from "aws-cdk-lib/core";
import { Cron, type Function as Fn, type FunctionProps, type Stack } from "sst/constructs";

type Rate = `rate(${string})` | `cron(${string})`;

/**
 * Lets EventBridge call a Lambda at a rate (UTC, at least once a tick). A failed call is not repeated: the work that it
 * leaves is due again at the next tick.
 */
export function every(schedule: Rate, stack: Stack, id: string, props: FunctionProps): Fn {
  const { jobFunction } = new Cron(stack, id, {
    schedule,
    job: {
      function: { ...props, retryAttempts: 0, maxEventAge: Duration.minutes(1) },
      cdk: { target: { retryAttempts: 2, maxEventAge: Duration.minutes(5) } },
    },
  });
  return jobFunction as Fn;
}
