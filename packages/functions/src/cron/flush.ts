import * as Analytics from "@travel-conductor/core/analytics";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import * as Fare from "@travel-conductor/core/fare";

/**
 * Every minute: writes the noted searches to Postgres, and counts new prices into the samples of their routes. A failure
 * of one does not stop the other. A repeated tick does no harm. How long a note has waited is real time, by Redis's
 * clock; the search in it has a moment of its own.
 */
export const handler = async () => {
  const done = await Promise.allSettled([Analytics.flush(realNow()), Fare.rollUp(productNow())]);
  const failed = done.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
};
