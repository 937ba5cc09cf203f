import { convert } from "./conversion.ts";
import { months } from "./month.ts";

/**
 * What the clock does for analytics beside the flush: months are made and dropped, and the weeks that may still change
 * count whom searches led to a watch or a booking. Safe to run twice and several at once.
 */
export async function tend(at: Date): Promise<{ made: string[]; dropped: string[]; weeks: number }> {
  return { ...(await months(at)), weeks: await convert(at) };
}
