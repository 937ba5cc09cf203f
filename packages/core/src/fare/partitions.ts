import { type Monthly, maintain } from "../base/partition.ts";

/**
 * Departures are sold at most 361 days ahead, so that a watch that has not ended has no observations older than
 * thirteen months. Twelve more months are kept, so that a watch shows its whole history until a year after its end.
 */
const observations: Monthly = { table: "price_observations", by: "at", beside: ["fares", "fare_keys"], kept: 25 };

/**
 * Creates and drops the monthly partitions of the price history, as of `at`. Safe to run twice and several times at
 * once.
 */
export async function maintainPartitions(at: Date): Promise<{ made: string[]; dropped: string[] }> {
  return maintain(observations, at);
}
