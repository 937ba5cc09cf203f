import { env } from "@travel-conductor/core/env";
import { createMiddleware } from "hono/factory";

export type Measured = { Variables: { freshness: string } };

/**
 * Where it is deployed, one line to the log from which CloudWatch makes a metric (embedded metric format): the milliseconds
 * that a search took, by how old its answer was, or by its status when it had none. Written by hand: the library for it
 * would be loaded at every cold start, and the logger adds what is not needed to every line.
 */
export const measured = createMiddleware<Measured>(async (c, next) => {
  const begun = performance.now();
  await next();
  if (env.SST_STAGE === undefined) return;
  const told = {
    Namespace: `travel-conductor/${env.SST_STAGE}`,
    Dimensions: [["answer"]],
    Metrics: [{ Name: "search", Unit: "Milliseconds" }],
  };
  const line = {
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [told] },
    answer: c.res.ok ? c.var.freshness : String(c.res.status),
    search: Math.round((performance.now() - begun) * 10) / 10,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
});
