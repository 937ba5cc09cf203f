import * as Metric from "@travel-conductor/core/base/metric";
import { createMiddleware } from "hono/factory";

export type Timed = { Variables: { freshness: string } };

/** Emits how many milliseconds a search took, by the freshness of its answer, or by its status when it failed. */
export const timed = createMiddleware<Timed>(async (c, next) => {
  const begun = performance.now();
  await next();
  const took = Math.round((performance.now() - begun) * 10) / 10;
  Metric.emit({ search: [took, "Milliseconds"] }, { answer: c.res.ok ? c.var.freshness : String(c.res.status) });
});
