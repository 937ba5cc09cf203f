import { productNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import * as Booking from "@travel-conductor/core/booking";
import * as Outbox from "@travel-conductor/core/outbox";

/** Every minute: takes the steps of bookings that are due. While nothing waits Postgres is not asked. */
export const handler = traced(async () => {
  const at = productNow();
  const report = await Booking.tick(at);
  await Outbox.wakeAfter(at);
  return report;
});
