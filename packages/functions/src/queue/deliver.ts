import * as Queue from "@travel-conductor/core/base/queue";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Booking from "@travel-conductor/core/booking";
import * as Delivery from "@travel-conductor/core/delivery";

/** Sends the messages that are due: something was queued just now. Messages of one event are one call. */
export const handler = async (event: Queue.Event) =>
  Queue.handleMessages({ Records: event.Records.slice(0, 1) }, async () => {
    const at = productNow();
    await Delivery.deliver(at, { real: realNow() });
    // One of the messages may be about flights that are to be held.
    await Booking.noteStep(at);
  });
