import { redis } from "./cache.ts";
import { sql } from "./db.ts";
import { Problem } from "./error.ts";

/** Asks both stores for a sign of life, for 3 s at most. @throws Problem `health.unavailable`, naming the silent ones */
export async function check(): Promise<{ status: "ok" }> {
  const stores = { Postgres: sql`select 1`, Redis: redis.ping() };
  const late = AbortSignal.timeout(3_000);
  const over = new Promise<false>((resolve) => late.addEventListener("abort", () => resolve(false)));
  const signs = await Promise.all(
    Object.entries(stores).map(async ([name, sign]) => {
      const answered = sign.then(
        () => true,
        () => false,
      );
      return { name, alive: await Promise.race([answered, over]) };
    }),
  );
  const silent = signs.filter(({ alive }) => !alive).map(({ name }) => name);
  if (silent.length === 0) return { status: "ok" };
  throw new Problem("upstream", "health.unavailable", `No answer from ${silent.join(" and ")}.`, { retryAfter: 5 });
}
