import type * as Queue from "@travel-conductor/core/base/queue";
import * as Shift from "@travel-conductor/core/dispatch";

/** Every tick of the clock: prices what is due, with helpers where it is much. A tick delivered twice does no harm. */
export const handler = async (_: unknown, context: Queue.Context) =>
  Shift.start(new Date(), context.getRemainingTimeInMillis());
