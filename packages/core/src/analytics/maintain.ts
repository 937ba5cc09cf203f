import { type Monthly, maintain as maintainPartitions, makeMonths as makePartitions } from "../base/partition.ts";
import { recount } from "./conversion.ts";
import { countGhosts } from "./ghosts.ts";

/** How many past months of searches are kept beside the current one. */
export const monthsKept = 13;

const searches: Monthly = { table: "search_analytics", by: "created_at", beside: ["users"], kept: monthsKept };

/** Creates the partitions of these months (any moment of each) that are still kept at `at`: searches are moved in. */
export async function makeMonths(at: Date, months: Date[]): Promise<void> {
  await makePartitions(searches, at, months);
}

/**
 * The hourly work for analytics: creates and drops monthly partitions, and counts again what searches led to in the
 * weeks that may still change, and prices that were taken back. Safe to run twice and several times at once.
 */
export async function maintain(
  at: Date,
): Promise<{ made: string[]; dropped: string[]; weeks: number; ghosts: number }> {
  return { ...(await maintainPartitions(searches, at)), weeks: await recount(at), ghosts: await countGhosts(at) };
}
