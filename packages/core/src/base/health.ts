import * as v from "valibot";
import { redis } from "./cache.ts";
import { sql } from "./db.ts";
import { Problem } from "./error.ts";

/** Which stores are asked: both by default. A probe that asks each minute asks Redis alone, so that Postgres may sleep. */
export const Query = v.strictObject({ stores: v.optional(v.picklist(["all", "redis"]), "all") });
export type Query = v.InferInput<typeof Query>;

export type Health = { status: "ok"; mail: "production" | "sandbox" | null };

/** The key in Redis that says whether SES sends to any address: `production` or `sandbox`. */
export const mailAccountKey = "mail:account";

/**
 * Checks that Postgres and Redis answer, within 3 s, and says whether mail goes to any address or, in SES's sandbox, to
 * verified ones alone: null where no letter was sent for two days.
 * @throws ValiError, Problem `health.unavailable`, naming those that do not
 */
export async function check(query: Query = {}): Promise<Health> {
  const { stores: asked } = v.parse(Query, query);
  const mail = redis.get<string>(mailAccountKey);
  const stores = { ...(asked === "all" ? { Postgres: sql`select 1` } : {}), Redis: mail };
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
