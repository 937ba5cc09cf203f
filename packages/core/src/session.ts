import { randomBytes } from "node:crypto";
import { type Adapter, Lucia, TimeSpan } from "lucia";
import * as v from "valibot";
import * as Audit from "./audit.ts";
import { orFallback, redis } from "./base/cache.ts";
import { type Fragment, sql, violatedConstraint } from "./base/db.ts";
import { Problem } from "./base/error.ts";
import { hashOf } from "./base/hash.ts";
import { createAdapter } from "./session/adapter.ts";
import { dropCopies, keyOf, uncached } from "./session/mark.ts";

export { end, endAll, endInTransaction, Listed, list, withoutCopies } from "./session/owned.ts";
export {
  factorOf,
  forgetCodes,
  lackingFactor,
  lacksFactor,
  recordFactor,
  recordReauthentication,
  requireReauthentication,
} from "./session/proof.ts";

/** The answer to a sign-in, and the only place with the token itself. `expiresAt` (UTC) moves forward with use. */
export const Info = v.object({ token: v.string(), expiresAt: v.pipe(v.string(), v.isoTimestamp()) });
export type Info = v.InferOutput<typeof Info>;

/**
 * The signed-in user, the session (the SHA-256 of its token, in hex), when it expires without further use (UTC), and,
 * at most a minute ago, whether the user's e-mail address is proven, and whether the account requires a second factor
 * that was not given in this session. A factor that is given does not wait for that minute: see `lacksFactor`.
 */
export type Valid = { sessionId: string } & Kept;

/**
 * The client of a sign-in, the version of the account's password, and the second factor that was used, if one was; of a
 * passkey, its id.
 */
export type Start = {
  from?: Audit.Client;
  passwordVersion?: number;
  passkeyId?: string | null;
  byFactor?: boolean;
};

/**
 * Creates a session that begins at `at`, and the statement that stores it, for the caller's transaction, whose failure
 * `rejectOutrun` reads. It lasts until 30 days have passed without use, or 90 days in all.
 */
export async function issue(
  userId: string,
  at: Date,
  { from = {}, passwordVersion = 1, passkeyId = null, byFactor = passkeyId !== null }: Start = {},
): Promise<{ session: Info; sessionId: string; statement: Fragment }> {
  const token = randomBytes(32).toString("base64url");
  const life = { createdAt: at, lastUsedAt: at };
  const where = { device: Audit.describeDevice(from.device), network: Audit.networkOf(from.address) };
  const attributes = { ...life, ...where, passwordVersion, passkeyId, byFactor, provenAt: at };
  const sessionId = hashOf(token);
  const statements: Fragment[] = [];
  const setSession: Adapter["setSession"] = async (row) => {
    statements.push(adapter.insertion({ ...row, expiresAt: expiryOf(life) }));
  };
  await luciaWith({ setSession }).createSession(userId, attributes, { sessionId });
  const session = { token, expiresAt: expiryOf(life).toISOString() };
  return { session, sessionId, statement: statements[0] as Fragment };
}

/**
 * Awaits a change that stores a session.
 * @throws Problem `session.outrun` when the account was deleted or its password changed meanwhile
 */
export async function rejectOutrun<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (violatedConstraint(error) !== "session_has_its_password") throw error;
    throw new Problem("auth", "session.outrun", "The account changed meanwhile. Please sign in again.");
  }
}

/**
 * Returns the live session of a token. One Redis request while it is cached (60 s at most); otherwise one to Postgres
 * and one to cache it, and a write of its last use when that is 10 minutes old. Without Redis, Postgres answers.
 */
export async function validate(token: string, at: Date, from: Audit.Client = {}): Promise<Valid | undefined> {
  const { key, resolve, refilled } = lookup(token);
  const found = await resolve(await orFallback<string | null | undefined>(redis.get<string>(key), undefined), at, from);
  await refilled();
  return found;
}

/**
 * The same in two steps, for a caller with more commands for Redis: put `get key` into its pipeline, and pass the
 * result (undefined when Redis did not answer) to `resolve`. `sessionId` is the session's, if it exists. `isCopy` tells
 * whether the result holds the session, so that `resolve` may do without Postgres.
 */
export function lookup(token: string) {
  const sessionId = hashOf(token);
  const key = keyOf(sessionId);
  let refill: Promise<unknown> | undefined;
  return {
    key,
    sessionId,
    isCopy: (cached: string | null | undefined) => typeof cached === "string" && cached !== uncached,
    async resolve(cached: string | null | undefined, at: Date, from: Audit.Client = {}): Promise<Valid | undefined> {
      const kept = v.safeParse(Kept, cached);
      if (kept.success && kept.output.expiresAt > at.toISOString()) return { sessionId, ...kept.output };
      const found = await find(sessionId, at, from);
      if (!found) return undefined;
      // A logout since the row was read has left `uncached`: `nx` keeps it. If Redis did not answer, it is not asked again.
      if (cached !== undefined && cached !== uncached)
        refill = orFallback(redis.set(key, JSON.stringify(found), { nx: true, px: cacheSession(found, at) }), null);
      return { sessionId, ...found };
    },
    /**
     * Waits until Redis has stored what `resolve` found: beside the caller's work, but before its answer, after which a
     * Lambda is frozen.
     */
    async refilled(): Promise<void> {
      await refill;
    },
  };
}

/**
 * Signs out. After the answer the token is invalid everywhere; signing out twice, or without a session, is no error.
 * One that fails leaves the session as it was.
 * @throws Problem `session.unavailable` when Redis, which may still cache the session, cannot be told; then repeat
 */
export async function logout(token: string, from: Audit.Client = {}): Promise<void> {
  const sessionId = hashOf(token);
  const deleteSession: Adapter["deleteSession"] = async (id) => {
    const own = sql`sessions where sessions.id = ${id}`;
    const userId = sql`(select sessions.user_id from ${own})`;
    await sql.transaction([
      Audit.record("session_ended", { ...from, userId, sessionId: id }, sql`exists (select from ${own})`),
      sql`delete from ${own}`,
    ]);
  };
  await dropCopies([sessionId]);
  await luciaWith({ deleteSession }).invalidateSession(sessionId);
}

const Kept = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ userId: v.string(), expiresAt: v.string(), proven: v.boolean(), lacksFactor: v.boolean() }),
);
type Kept = v.InferOutput<typeof Kept>;

const minute = 60_000;
const day = 24 * 60 * minute;

type Life = { createdAt: Date; lastUsedAt: Date };
type Attributes = Life & {
  device: string | null;
  network: string | null;
  passwordVersion: number;
  passkeyId: string | null;
  byFactor: boolean;
  provenAt: Date;
};

declare module "lucia" {
  interface Register {
    Lucia: ReturnType<typeof luciaWith>;
    DatabaseSessionAttributes: Attributes;
    DatabaseUserAttributes: { proven: boolean; factorRequired: boolean };
  }
}

const adapter = createAdapter({
  user: {
    table: "users",
    columns: { id: "id" },
    attributes: { proven: "email_verified", factorRequired: "factor_required" },
  },
  session: {
    table: "sessions",
    columns: { id: "id", userId: "user_id", expiresAt: "expires_at" },
    attributes: {
      createdAt: "created_at",
      lastUsedAt: "last_used_at",
      device: "device",
      network: "network",
      passwordVersion: "password_version",
      passkeyId: "passkey_id",
      byFactor: "by_factor",
      provenAt: "proven_at",
    },
  },
});

/** Lucia over the adapter, with some of its writes left to the caller, to run in the caller's transaction. */
function luciaWith(writes: Partial<Adapter> = {}) {
  return new Lucia(
    // Lucia renews only in the second half of a session's life and has no absolute limit: `find` renews instead.
    { ...adapter, updateSessionExpiration: async () => undefined, ...writes },
    {
      sessionExpiresIn: new TimeSpan(30, "d"),
      getSessionAttributes: (attributes) => attributes,
      getUserAttributes: (attributes) => attributes,
    },
  );
}

const lucia = luciaWith();

async function find(sessionId: string, at: Date, from: Audit.Client): Promise<Kept | undefined> {
  const { session, user } = await lucia.validateSession(sessionId);
  if (!session || expiryOf(session) <= at) return undefined;
  const { userId } = session;
  const state = { proven: user.proven, lacksFactor: user.factorRequired && !session.byFactor };
  if (at.getTime() - session.lastUsedAt.getTime() < 10 * minute)
    return { userId, expiresAt: expiryOf(session).toISOString(), ...state };
  const expiresAt = expiryOf({ ...session, lastUsedAt: at });
  await sql`
    update sessions
       set last_used_at = ${at},
           expires_at = ${expiresAt},
           network = coalesce(${Audit.networkOf(from.address)}::cidr, sessions.network)
     where sessions.id = ${sessionId}
       and sessions.last_used_at < ${at}`;
  return { userId, expiresAt: expiresAt.toISOString(), ...state };
}

function expiryOf({ createdAt, lastUsedAt }: Life): Date {
  return new Date(Math.min(lastUsedAt.getTime() + 30 * day, createdAt.getTime() + 90 * day));
}

function cacheSession({ expiresAt }: Kept, at: Date): number {
  return Math.min(minute, Date.parse(expiresAt) - at.getTime());
}
