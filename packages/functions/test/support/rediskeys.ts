import { redis } from "@travel-conductor/core/base/cache";

/** The keys of Redis that would stay for ever. */
export async function endless(): Promise<string[]> {
  const keys = await redis.keys("*");
  const asked = redis.pipeline();
  for (const key of keys) asked.ttl(key);
  const lives = await asked.exec<number[]>();
  return keys.filter((_, index) => lives[index] === -1);
}
