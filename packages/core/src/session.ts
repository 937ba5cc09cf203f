import { createHash, randomBytes } from "node:crypto";
import { Lucia, TimeSpan } from "lucia";
import * as v from "valibot";
import { orElse, redis } from "./cache.ts";
import { sql, violated } from "./db.ts";
import { Problem } from "./error.ts";
import { createAdapter } from "./session/adapter.ts";

/** What a sign-in answers, and the only place where the token stands. `expiresAt` (UTC) moves on with use. */
export const Info = v.object({ token: v.string(), expiresAt: v.pipe(v.string(), v.isoTimestamp()) });
export type Info = v.InferOutput<typeof Info>;

/** Who is signed in, by which session (the SHA-256 of its token, in hex), and until when if it is not used again (UTC). */
export type Valid = { userId: string; sessionId: string; expiresAt: string };

/**
 * Signs a user in at `at`: until 30 days have passed without use, or 90 in all.
 * @throws Problem `user.missing`
 */
export async function create(userId: string, at: Date): Promise<Info> {
  const token = randomBytes(32).toString("base64url");
  const life = { createdAt: at, lastUsedAt: at };
  try {
    await lucia.createSession(userId, life, { sessionId: hash(token) });
  } catch (error) {
    if (violated(error) !== "sessions_user_id_fkey") throw error;
    throw new Problem("missing", "user.missing", "There is no such account.");
  }
  return { token, expiresAt: limit(life).toISOString() };
}

/**
 * The live session of a token. One Redis request while it is cached (60 s at most); else one to Postgres and one to
 * cache it, and a write of its last use when that is 10 minutes old. Without Redis, Postgres answers.
 */
export async function validate(token: string, at: Date): Promise<Valid | undefined> {
  const { key, resolve } = lookup(token);
  return resolve(await orElse<string | null | undefined>(redis.get<string>(key), undefined), at);
}

/**
 * The same in two steps, for a caller with more to ask of Redis: `get key` goes into its pipeline, and what came back
 * (undefined when Redis did not answer) to `resolve`.
 */
export function lookup(token: string) {
  const sessionId = hash(token);
  const key = keyOf(sessionId);
  return {
    key,
    async resolve(cached: string | null | undefined, at: Date): Promise<Valid | undefined> {
      if (cached === ended) return undefined;
      const kept = v.safeParse(Kept, cached);
      if (kept.success && kept.output.expiresAt > at.toISOString()) return { sessionId, ...kept.output };
      const found = await find(sessionId, at);
      if (!found) return undefined;
      // A logout since the row was read has left its mark: nx lets it stand. An unanswered Redis is not asked again.
      if (cached !== undefined)
        await orElse(redis.set(key, JSON.stringify(found), { nx: true, px: keep(found, at) }), null);
      return { sessionId, ...found };
    },
  };
}

/**
 * Signs out. Once it has answered, the token opens nothing anywhere; ending a session twice, or one that never was, is no error.
 * @throws Problem `session.unavailable` when Redis, which may still hold the session, cannot be told; then repeat
 */
export async function end(token: string): Promise<void> {
  const sessionId = hash(token);
  const [row, mark] = await Promise.allSettled([
    lucia.invalidateSession(sessionId),
    redis.set(keyOf(sessionId), ended, { ex: 600 }),
  ]);
  if (row.status === "rejected") throw row.reason;
  if (mark.status === "rejected")
    throw new Problem("upstream", "session.unavailable", "Signing out did not finish. Try again.", { retryAfter: 1 });
}

const Kept = v.pipe(v.string(), v.parseJson(), v.object({ userId: v.string(), expiresAt: v.string() }));
type Kept = v.InferOutput<typeof Kept>;

/** Stands in a session's place in Redis for 10 minutes, longer than any request that read the row before can live. */
const ended = "ended";

const minute = 60_000;
const day = 24 * 60 * minute;

type Life = { createdAt: Date; lastUsedAt: Date };

declare module "lucia" {
  interface Register {
    Lucia: typeof lucia;
    DatabaseSessionAttributes: Life;
  }
}

const adapter = createAdapter({
  user: { table: "users", columns: { id: "id" }, attributes: {} },
  session: {
    table: "sessions",
    columns: { id: "id", userId: "user_id", expiresAt: "expires_at" },
    attributes: { createdAt: "created_at", lastUsedAt: "last_used_at" },
  },
});

const lucia = new Lucia(
  // Lucia renews only in the second half of a session's life and knows no absolute limit: `find` renews.
  { ...adapter, updateSessionExpiration: async () => undefined },
  { sessionExpiresIn: new TimeSpan(30, "d"), getSessionAttributes: (life) => life },
);

async function find(sessionId: string, at: Date): Promise<Kept | undefined> {
  const { session } = await lucia.validateSession(sessionId);
  if (!session || limit(session) <= at) return undefined;
  if (at.getTime() - session.lastUsedAt.getTime() < 10 * minute)
    return { userId: session.userId, expiresAt: limit(session).toISOString() };
  const expiresAt = limit({ ...session, lastUsedAt: at });
  await sql`
    update sessions
       set last_used_at = ${at}, expires_at = ${expiresAt}
     where sessions.id = ${sessionId}
       and sessions.last_used_at < ${at}`;
  return { userId: session.userId, expiresAt: expiresAt.toISOString() };
}

function limit({ createdAt, lastUsedAt }: Life): Date {
  return new Date(Math.min(lastUsedAt.getTime() + 30 * day, createdAt.getTime() + 90 * day));
}

function keep({ expiresAt }: Kept, at: Date): number {
  return Math.min(minute, Date.parse(expiresAt) - at.getTime());
}

const keyOf = (sessionId: string) => `session:${sessionId}`;

/** Synchronous on purpose: an await here would split what is to share one request. */
const hash = (token: string) => createHash("sha256").update(token).digest("hex");
