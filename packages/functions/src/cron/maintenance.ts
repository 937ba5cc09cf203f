import * as Airport from "@travel-conductor/core/airport";
import * as Analytics from "@travel-conductor/core/analytics";
import { hints, whenDue } from "@travel-conductor/core/base/due";
import { logger } from "@travel-conductor/core/base/log";
import * as Metric from "@travel-conductor/core/base/metric";
import { productNow } from "@travel-conductor/core/base/time";
import { traced } from "@travel-conductor/core/base/trace";
import { compareWithRuntime } from "@travel-conductor/core/base/zonecheck";
import * as Fare from "@travel-conductor/core/fare";
import * as Forecast from "@travel-conductor/core/forecast";
import * as Search from "@travel-conductor/core/search";

/**
 * Compares our time zone data with the runtime's. Once an hour while prices are recorded, else four times a day, without
 * asking Postgres between: creates and drops the monthly partitions of searches and prices, counts what searches led to,
 * thins the history of unwatched fares, deletes fares after their retention, repairs watched fares without a next check,
 * judges forecasts whose 7 days are over, and chooses the texts that a search reads first and counts their words. A
 * failure of one does not stop the others. A repeated tick does no harm.
 */
export const handler = traced(async () => {
  const at = productNow();
  await checkZones(at);
  await whenDue(hints.upkeep, at, () => maintain(at));
});

async function maintain(at: Date): Promise<void> {
  const done = await Promise.allSettled([
    Analytics.maintain(at),
    Fare.maintainPartitions(at),
    Fare.thin(at),
    Fare.forget(at),
    Fare.repair(at),
    Forecast.judge(at),
    Search.maintain(),
  ]);
  const failed = done.find((each) => each.status === "rejected");
  if (failed) throw failed.reason;
}

/** Reports the age of our time zone data, and how many zones of airports the runtime's newer data set otherwise. */
async function checkZones(at: Date): Promise<void> {
  const zones = new Set([...Airport.all().values()].map(({ timeZone }) => timeZone));
  const { ageDays, differing } = compareWithRuntime(zones, at);
  if (differing.length > 0) logger.error("zones differ", { zones: differing });
  Metric.emit({ ZonesAgeDays: [ageDays, "Count"], ZonesDiffer: [differing.length, "Count"] });
}
