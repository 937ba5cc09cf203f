import * as Analytics from "@travel-conductor/core/analytics";
import * as Fare from "@travel-conductor/core/fare";

/**
 * Every minute: writes the noted searches to Postgres, and counts new prices into the samples of their routes. A failure
 * of one does not stop the other. A repeated tick does no harm.
 */
export const handler = async () => {
  const at = new Date();
  const done = await Promise.allSettled([Analytics.flush(at), Fare.rollUp(at)]);
  const failed = done.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
};
