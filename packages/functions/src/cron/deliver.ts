import { hints, whenDue } from "@travel-conductor/core/base/due";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import * as Booking from "@travel-conductor/core/booking";
import * as Delivery from "@travel-conductor/core/delivery";

/** Every minute: sends the messages that are due. While nothing waits Postgres is not asked. A repeated tick does no harm. */
export const handler = traced(async () => {
  const at = productNow();
  const deliver = async () => {
    const report = await Delivery.deliver(at, { real: realNow() });
    // One of the messages may be about flights that are to be held.
    if (Object.values(report).some((count) => count > 0)) await Booking.noteStep(at);
    return report;
  };
  const report = await whenDue(hints.messages, at, deliver, () => Delivery.nextDue(at));
  return report ?? { sent: 0, delayed: 0, failed: 0 };
});
