import * as Analytics from "@travel-conductor/core/analytics";
import { hints, whenDue } from "@travel-conductor/core/base/due";
import * as Metric from "@travel-conductor/core/base/metric";
import { productNow, realNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import * as Fare from "@travel-conductor/core/fare";

/**
 * Every tick: writes the noted searches to Postgres at the next full or half hour, or at once after a person has listed
 * their searches, and counts new prices into the samples of their routes. While neither waits Postgres is not asked. A
 * failure of one does not stop the other. A repeated tick does no harm. How long a note has waited is real time, by
 * Redis's clock; the search in it has a moment of its own.
 */
export const handler = traced(async () => {
  const done = await Promise.allSettled([Analytics.flush(realNow(), { gather: true }), countPrices(productNow())]);
  const failed = done.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
});

async function countPrices(at: Date): Promise<void> {
  const done = await whenDue(
    hints.samples,
    at,
    () => Fare.rollUp(at),
    async ({ cut }) => (cut ? at : null),
  );
  if (!done) Metric.emit({ RouteChanges: [0, "Count"] });
}
