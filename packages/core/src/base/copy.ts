import { redis } from "./cache.ts";

/**
 * Stands in Redis for 10 minutes, longer than any request that read the row before can live, in place of the copy of a
 * row that is about to be deleted: no copy can be cached, and each request asks Postgres. So a row whose deletion fails
 * goes on, and one that is deleted is invalid everywhere, with no further step.
 */
export const uncached = "uncached";

/**
 * Replaces copies of rows in Redis by `uncached`, for all processes: one request. Call it before the rows are deleted.
 * Rejects when Redis does not answer.
 */
export async function dropCopies(keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  const pipeline = redis.pipeline();
  for (const key of keys) pipeline.set(key, uncached, { ex: 600 });
  await pipeline.exec();
}
