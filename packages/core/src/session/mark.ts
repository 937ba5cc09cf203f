import { redis } from "../base/cache.ts";
import { Problem } from "../base/error.ts";

/** Replaces a session in Redis for 10 minutes, longer than any request that read its row before can live. */
export const ended = "ended";

export const keyOf = (sessionId: string) => `session:${sessionId}`;

/** Marks sessions as ended in Redis for all processes: one request. @throws Problem `session.unavailable` */
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
