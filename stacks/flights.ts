import { type StackContext, use } from "sst/constructs";
import { lambda } from "./lambda.ts";
import { queue } from "./queue.ts";
import { secrets } from "./secrets.ts";

/**
 * A stored search that was shown stale leaves a ticket in a queue. A Lambda renews the search from it; at most five of
 * these Lambdas ask the providers at once.
 */
export function flights({ stack }: StackContext) {
  const { store, providers } = use(secrets);
  const renew = lambda(stack, "refresh", {
    handler: "packages/functions/src/queue/refresh.handler",
    timeout: "30 seconds",
    memorySize: "512 MB",
    bind: [...store, ...providers],
  });
  const consumer = { lambda: renew, seconds: 30, batchSize: 10, maxConcurrency: 5 };
  return { refresh: queue(stack, "refresh", consumer) };
}
