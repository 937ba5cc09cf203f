import { Redis } from "@upstash/redis";
import { env } from "./env.ts";

/**
 * Redis over REST: a cache or a counter, never the truth. Values go and come as text. One HTTP request a call;
 * where one request is to do several things, `redis.pipeline()`.
 */
export const redis = new Redis({
  url: env.UPSTASH_REDIS_REST_URL,
  token: env.UPSTASH_REDIS_REST_TOKEN,
  automaticDeserialization: false,
  enableAutoPipelining: false,
  enableTelemetry: false,
  readYourWrites: false,
  retry: { retries: 0 },
  signal: () => AbortSignal.timeout(2_000),
});

/** Redis is slow or gone: `otherwise`, and the caller goes to the truth. The error's own text holds keys and values, so it is dropped. */
export async function orElse<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  return answer.catch(() => otherwise);
}
