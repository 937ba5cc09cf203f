import type * as Queue from "@travel-conductor/core/base/queue";
import { productNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import * as Shift from "@travel-conductor/core/dispatch";

/**
 * Every tick: prices what is due, with helpers when it is much. While nothing is due Postgres is not asked. A repeated
 * tick does no harm.
 */
export const handler = traced(async (_: unknown, context: Queue.Context) =>
  Shift.tick(productNow(), context.getRemainingTimeInMillis()),
);
