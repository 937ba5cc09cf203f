import * as Analytics from "@travel-conductor/core/analytics";
import * as Fare from "@travel-conductor/core/fare";

/**
 * Once an hour: creates and drops the monthly partitions of searches and prices, counts what searches led to, thins the
 * history of unwatched fares, deletes fares after their retention, and repairs watched fares without a next check. A
 * failure of one does not stop the others. A repeated tick does no harm.
 */
export const handler = async () => {
  const at = new Date();
  const done = await Promise.allSettled([
    Analytics.maintain(at),
    Fare.maintainPartitions(at),
    Fare.thin(at),
    Fare.forget(at),
    Fare.repair(at),
  ]);
  const failed = done.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
};
