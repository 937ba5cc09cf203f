import * as Copy from "../base/copy.ts";
import { Problem } from "../base/error.ts";

export { uncached } from "../base/copy.ts";

export const keyOf = (sessionId: string) => `session:${sessionId}`;

/**
 * Replaces the copies of sessions in Redis by `uncached`. Call it before the rows are deleted.
 * @throws Problem `session.unavailable`
 */
export async function dropCopies(sessionIds: string[]): Promise<void> {
  await Copy.dropCopies(sessionIds.map(keyOf)).catch(() => {
    throw new Problem("upstream", "session.unavailable", "Signing out did not finish. Try again.", { retryAfter: 1 });
  });
}
