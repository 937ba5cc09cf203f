import { redis } from "@travel-conductor/core/base/cache";

/**
 * Forgets the searches that wait to be written down. Redis adds to a stream in no time, however long it is; the one that
 * is brought along (packages/local/src/redis.ts) copies all of it each time, which would be measured instead.
 */
export async function tidy(): Promise<void> {
  await redis.del("searches");
}
