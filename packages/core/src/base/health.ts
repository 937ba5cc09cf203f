import { redis } from "./cache.ts";
import { sql } from "./db.ts";
import { Problem } from "./error.ts";

/** Checks that Postgres and Redis answer, within 3 s. @throws Problem `health.unavailable`, naming those that do not */
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
