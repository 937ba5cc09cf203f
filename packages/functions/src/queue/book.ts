import * as Queue from "@travel-conductor/core/base/queue";
import { productNow } from "@travel-conductor/core/base/time";
import * as Booking from "@travel-conductor/core/booking";
import * as Outbox from "@travel-conductor/core/outbox";

/** Takes the next steps of a booking. A message that comes twice, late or about nothing does no harm. */
export const handler = async (event: Queue.Event) =>
  Queue.handleMessages(event, async (message) => {
    const { booking: id } = message as { booking?: unknown };
    const at = productNow();
    if (typeof id === "string") await Booking.run(at, { id });
    await Outbox.wakeAfter(at);
  });
