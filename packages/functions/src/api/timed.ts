import * as Metric from "@travel-conductor/core/base/metric";
import { createMiddleware } from "hono/factory";

export type Measured = { Variables: { freshness: string } };

/** Tells how many milliseconds a search took, by how old its answer was, or by its status when it had none. */
export const measured = createMiddleware<Measured>(async (c, next) => {
  const begun = performance.now();
  await next();
  const took = Math.round((performance.now() - begun) * 10) / 10;
  Metric.emit({ search: [took, "Milliseconds"] }, { answer: c.res.ok ? c.var.freshness : String(c.res.status) });
});
