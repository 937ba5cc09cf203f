import { type Monthly, maintain as maintainPartitions } from "../base/partition.ts";
import { recount } from "./conversion.ts";
import { countGhosts } from "./ghosts.ts";

const searches: Monthly = { table: "search_analytics", by: "created_at", beside: ["users"], kept: 13 };

/**
 * The hourly work for analytics: creates and drops monthly partitions, and counts again what searches led to in the
 * weeks that may still change, and prices that were taken back. Safe to run twice and several times at once.
 */
export async function maintain(
  at: Date,
): Promise<{ made: string[]; dropped: string[]; weeks: number; ghosts: number }> {
  return { ...(await maintainPartitions(searches, at)), weeks: await recount(at), ghosts: await countGhosts(at) };
}
