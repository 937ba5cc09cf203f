import { env } from "@travel-conductor/core/base/env";
import { quantile } from "./figures.ts";

type Works = (() => Promise<unknown>)[];

/**
 * Runs each function once per round and returns the median times in milliseconds. Within a round the functions run in
 * turn, in an order that rotates from round to round, or all at once (`concurrent`), because they mostly wait. A tenth of
 * that number of rounds runs before as a warm-up.
 */
export async function medians(rounds: number, works: Works, concurrent = false): Promise<number[]> {
  const spent: number[][] = works.map(() => []);
  for (let round = -rounds / 10; round < rounds; round++) {
    const order = [...works.keys()].map((index) => (index + round + rounds) % works.length);
    const run = async (index: number) => {
      const began = performance.now();
      await works[index]?.();
      if (round >= 0) spent[index]?.push(performance.now() - began);
    };
    if (concurrent) await Promise.all(order.map(run));
    else for (const index of order) await run(index);
  }
  return spent.map((times) => quantile(times, 0.5));
}

/** The number of HTTP requests from this process to each gateway, and the body of the last one to Redis. */
export type Requests = { postgres: number; redis: number; lastRedisBody: string };

/** Counts the requests from this call on. */
export function counting(): () => Requests {
  const made: Requests = { postgres: 0, redis: 0, lastRedisBody: "" };
  const { fetch } = globalThis;
  globalThis.fetch = (url, init) => {
    if (String(url) === env.DATABASE_HTTP_ENDPOINT) made.postgres++;
    if (String(url).startsWith(env.UPSTASH_REDIS_REST_URL)) {
      made.redis++;
      made.lastRedisBody = String(init?.body);
    }
    return fetch(url, init);
  };
  return () => ({ ...made });
}
