import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Clean from "@travel-conductor/core/clean";
import * as Outbox from "@travel-conductor/core/outbox";
import * as Watch from "@travel-conductor/core/watch";

/**
 * Once a day: deletes what has outlived its retention, asks people who were not seen for long whether to go on watching,
 * and pauses the watches of those who did not answer. A repeated tick does no harm.
 */
export const handler = async () => {
  const [at, real] = [productNow(), realNow()];
  const [cleaned, quietened] = await Promise.allSettled([Clean.run(at, { real }), Watch.quieten(at, real)]);
  await Outbox.wakeAfter(at);
  if (cleaned.status === "rejected") throw cleaned.reason;
  if (quietened.status === "rejected") throw quietened.reason;
  return cleaned.value;
};
