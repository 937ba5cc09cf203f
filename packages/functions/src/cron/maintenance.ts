import * as Analytics from "@travel-conductor/core/analytics";
import * as Fare from "@travel-conductor/core/fare";

/**
 * Once an hour: makes and drops months of searches and of prices, counts what searches led to, thins the prices of
 * fares that nobody watches, and has those priced that somebody does. One that fails does not keep the others from it. A
 * tick delivered twice does no harm.
 */
export const handler = async () => {
  const at = new Date();
  const done = await Promise.allSettled([
    Analytics.maintain(at),
    Fare.maintainPartitions(at),
    Fare.thin(at),
    Fare.repair(at),
  ]);
  const failed = done.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
};
