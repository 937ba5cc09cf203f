import { hurried } from "@travel-conductor/core/base/hurry";
import { productNow } from "@travel-conductor/core/base/time";
import * as Booking from "@travel-conductor/core/booking";
import * as Outbox from "@travel-conductor/core/outbox";

/** Takes the next steps of the booking that the message names, else every step that is due. Twice or late it does no harm. */
export const handler = hurried(async (message) => {
  const { booking: id } = message as { booking?: unknown };
  const at = productNow();
  const done = typeof id === "string" ? await Booking.run(at, { id }) : await Booking.tick(at);
  await Outbox.wakeAfter(at);
  return done;
});
