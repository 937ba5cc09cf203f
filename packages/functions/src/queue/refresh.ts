import * as Queue from "@travel-conductor/core/base/queue";
import { productNow } from "@travel-conductor/core/base/time";
import * as Flight from "@travel-conductor/core/flight";

/** Refreshes stored answers that were shown as stale. A ticket delivered twice or late does no harm. */
export const handler = async (event: Queue.Event) =>
  Queue.handleMessages(event, (ticket) => Flight.refresh(ticket, productNow()));
