import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import type { Product } from "./product.ts";
import { redisClients } from "./redisclients.ts";

/** What the product holds at a moment: memory of its processes (bytes), connections to Postgres, clients of Redis. */
export type Held = { memory: number; connections: number; clients: number };

/** Notes what the product holds, 60 times in `seconds`, until `stop`. */
export function startNoting(product: Product, client: pg.Client, seconds: number) {
  const noted: Held[] = [];
  const stopped = new AbortController();
  const running = (async () => {
    while (!stopped.signal.aborted) {
      const { rows } = await client.query<{ count: number }>(
        "select count(*)::int as count from pg_stat_activity where datname = current_database()",
      );
      noted.push({ memory: product.memory(), connections: rows[0]!.count, clients: await redisClients() });
      await wait((seconds * 1_000) / 60, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await running;
      return noted;
    },
  };
}

/** Returns the mean of the last quarter divided by that of the second quarter, for each of the three. */
export function growthOf(noted: Held[]): Held {
  const quarter = Math.floor(noted.length / 4);
  const mean = (from: number, name: keyof Held) =>
    noted.slice(from, from + quarter).reduce((sum, held) => sum + held[name], 0) / quarter;
  const ratio = (name: keyof Held) => mean(noted.length - quarter, name) / mean(quarter, name);
  return { memory: ratio("memory"), connections: ratio("connections"), clients: ratio("clients") };
}
