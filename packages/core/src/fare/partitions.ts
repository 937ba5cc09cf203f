import { type Monthly, maintain } from "../base/partition.ts";

/**
 * Nobody is sold a departure more than 361 days ahead, so that after thirteen months no watch that has not ended has
 * observations; a year more, and who looks back at a watch until a year after its end sees all that was observed for it.
 */
const observations: Monthly = { table: "price_observations", by: "at", beside: "fares", kept: 25 };

/** Makes and drops the months that the price history stands in, as of `at`. Safe to run twice and several at once. */
export async function maintainPartitions(at: Date): Promise<{ made: string[]; dropped: string[] }> {
  return maintain(observations, at);
}
