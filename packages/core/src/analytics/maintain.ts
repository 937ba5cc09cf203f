import { type Monthly, maintain as maintainPartitions } from "../base/partition.ts";
import { convert } from "./conversion.ts";

const searches: Monthly = { table: "search_analytics", by: "created_at", beside: "users", kept: 13 };

/**
 * What the clock does for analytics beside the flush: months are made and dropped, and the weeks that may still change
 * count whom searches led to a watch or a booking. Safe to run twice and several at once.
 */
export async function maintain(at: Date): Promise<{ made: string[]; dropped: string[]; weeks: number }> {
  return { ...(await maintainPartitions(searches, at)), weeks: await convert(at) };
}
