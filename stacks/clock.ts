import { Duration } from "aws-cdk-lib/core";
import { Cron, type Function as Fn, type FunctionProps, type Stack } from "sst/constructs";

/**
 * Lets EventBridge call a Lambda at moments (UTC, at least once each). All clocks tick at full minutes, so that those that
 * ask Postgres do so together: `rate(…)` would count from the moment of the deploy. A failed call is not repeated: the
 * work that it leaves is due again at the next tick.
 */
export function every(schedule: `cron(${string})`, stack: Stack, id: string, props: FunctionProps): Fn {
  const { jobFunction } = new Cron(stack, id, {
    schedule,
    job: {
      function: { ...props, retryAttempts: 0, maxEventAge: Duration.minutes(1) },
      cdk: { target: { retryAttempts: 2, maxEventAge: Duration.minutes(5) } },
    },
  });
  return jobFunction as Fn;
}
