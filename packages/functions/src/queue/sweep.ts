import * as Queue from "@travel-conductor/core/base/queue";
import { productNow } from "@travel-conductor/core/base/time";
import * as Shift from "@travel-conductor/core/dispatch";

/** Helps with a sweep that is too much for one Lambda. A ticket delivered twice or late does no harm. */
export const handler = async (event: Queue.Event, context: Queue.Context) =>
  Queue.handleMessages(event, (ticket) => Shift.assist(ticket, productNow(), context.getRemainingTimeInMillis()));
