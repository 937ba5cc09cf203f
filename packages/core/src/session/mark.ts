import { redis } from "../base/cache.ts";
import { Problem } from "../base/error.ts";

/** Stands in a session's place in Redis for 10 minutes, longer than any request that read the row before can live. */
export const ended = "ended";

export const keyOf = (sessionId: string) => `session:${sessionId}`;

/** Makes it known everywhere that these sessions are over: one request. @throws Problem `session.unavailable` */
export async function markEnded(sessionIds: string[]): Promise<void> {
  if (sessionIds.length === 0) return;
  const pipeline = redis.pipeline();
  for (const id of sessionIds) pipeline.set(keyOf(id), ended, { ex: 600 });
  try {
    await pipeline.exec();
  } catch {
    throw new Problem("upstream", "session.unavailable", "Signing out did not finish. Try again.", { retryAfter: 1 });
  }
}
