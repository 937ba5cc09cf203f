import { productNow, realNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import * as Clean from "@travel-conductor/core/clean";
import * as Outbox from "@travel-conductor/core/outbox";
import * as Watch from "@travel-conductor/core/watch";

/**
 * Once a day: deletes what has outlived its retention, asks people who were not seen for long whether to go on watching,
 * pauses the watches of those who did not answer, and forgets the passengers of journeys that are long over. A repeated tick does no harm.
 */
export const handler = traced(async () => {
  const [at, real] = [productNow(), realNow()];
  const cleaning = Clean.run(at, { real });
  const done = await Promise.allSettled([cleaning, Watch.quieten(at, real), Clean.forgetPassengers(at)]);
  await Outbox.wakeAfter(at);
  const failed = done.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
  return cleaning;
});
