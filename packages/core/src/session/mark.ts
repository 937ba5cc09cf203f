import { redis } from "../base/cache.ts";
import { Problem } from "../base/error.ts";

/**
 * Stands in Redis for 10 minutes, longer than any request that read the session's row before can live, in place of a
 * session that is about to end: no copy can be cached, and each request asks Postgres. So a session whose end fails
 * goes on, and one whose row is deleted is invalid everywhere, with no further step.
 */
export const uncached = "uncached";

export const keyOf = (sessionId: string) => `session:${sessionId}`;

/**
 * Replaces the copies of sessions in Redis by `uncached`, for all processes: one request. Call it before the rows are
 * deleted.
 * @throws Problem `session.unavailable`
 */
export async function dropCopies(sessionIds: string[]): Promise<void> {
  if (sessionIds.length === 0) return;
  const pipeline = redis.pipeline();
  for (const id of sessionIds) pipeline.set(keyOf(id), uncached, { ex: 600 });
  try {
    await pipeline.exec();
  } catch {
    throw new Problem("upstream", "session.unavailable", "Signing out did not finish. Try again.", { retryAfter: 1 });
  }
}
