import { redis } from "./cache.ts";
import { sql } from "./db.ts";
import { Problem } from "./error.ts";

export type Health = { status: "ok"; mail: "production" | "sandbox" | null };

/** The key in Redis that says whether SES sends to any address: `production` or `sandbox`. */
export const mailAccountKey = "mail:account";

/**
 * Checks that Postgres and Redis answer, within 3 s, and says whether mail goes to any address or, in SES's sandbox, to
 * verified ones alone: null where no letter was sent for two days. @throws Problem `health.unavailable`, naming those that do not */
export async function check(): Promise<Health> {
  const mail = redis.get<string>(mailAccountKey);
  const stores = { Postgres: sql`select 1`, Redis: mail };
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
  if (silent.length === 0) return { status: "ok", mail: (await mail) as Health["mail"] };
  throw new Problem("upstream", "health.unavailable", `No answer from ${silent.join(" and ")}.`, { retryAfter: 5 });
}
