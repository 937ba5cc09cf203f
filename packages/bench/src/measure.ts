import { env } from "@travel-conductor/core/base/env";

type Works = (() => Promise<unknown>)[];

/**
 * Medians in milliseconds of each work done so many times, round by round: in turn, whoever was first last in the next
 * round, or (as most of their time is waiting) `together`. A tenth as many rounds before them warm up.
 */
export async function medians(rounds: number, works: Works, together = false): Promise<number[]> {
  const spent: number[][] = works.map(() => []);
  for (let round = -rounds / 10; round < rounds; round++) {
    const turns = [...works.keys()].map((turn) => (turn + round + rounds) % works.length);
    const run = async (index: number) => {
      const began = performance.now();
      await works[index]?.();
      if (round >= 0) spent[index]?.push(performance.now() - began);
    };
    if (together) await Promise.all(turns.map(run));
    else for (const index of turns) await run(index);
  }
  return spent.map((times) => quantile(times, 0.5));
}

/** The time that `share` of the times are below. */
export function quantile(times: number[], share: number): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length * share)] ?? Number.NaN;
}

/** HTTP requests this process made to the gateways, and the text of the last one to Redis. */
export type Requests = { postgres: number; redis: number; asked: string };

/** Counts them from now on. */
export function counting(): () => Requests {
  const made: Requests = { postgres: 0, redis: 0, asked: "" };
  const { fetch } = globalThis;
  globalThis.fetch = (url, init) => {
    if (String(url) === env.DATABASE_HTTP_ENDPOINT) made.postgres++;
    if (String(url).startsWith(env.UPSTASH_REDIS_REST_URL)) {
      made.redis++;
      made.asked = String(init?.body);
    }
    return fetch(url, init);
  };
  return () => ({ ...made });
}

export function ratio(one = Number.NaN, other = Number.NaN): number {
  return Math.round((one / other) * 1000) / 1000;
}

export function ms(time = Number.NaN): string {
  return `${time.toFixed(2)} ms`;
}
