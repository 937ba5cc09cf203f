import * as Flight from "@travel-conductor/core/flight";
import * as Queue from "@travel-conductor/core/queue";

/** Renews stored answers that somebody was shown as stale. A ticket delivered twice or late does no harm. */
export const handler = async (event: Queue.Event) => Queue.each(event, (ticket) => Flight.refresh(ticket, new Date()));
