import * as v from "valibot";
import * as Audit from "../audit.ts";
import { dropCopies } from "../base/copy.ts";
import { orMade, sql, transaction, utc } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { hashOf } from "../base/hash.ts";
import { newId } from "../base/id.ts";
import { describeError, logger } from "../base/log.ts";
import { decodeCursor, Page, toPage } from "../base/page.ts";
import * as Outbox from "../outbox.ts";
import * as Session from "../session.ts";
import { copyOf, newSecret } from "./form.ts";
import { Create, type Info, type Made, Update } from "./schema.ts";

/** How many keys a user may have that have not expired. */
const most = 20;

/** The client of a change, and its session. */
type From = Audit.Client & { sessionId?: string };

const columns = sql`
  api_keys.id,
  api_keys.name,
  api_keys.start,
  api_keys.scopes,
  ${utc(sql`api_keys.created_at`)} as "createdAt",
  ${utc(sql`api_keys.last_used_at`)} as "lastUsedAt",
  api_keys.network::text,
  ${utc(sql`api_keys.expires_at`)} as "expiresAt"`;

/**
 * Makes a key, records it and notifies the owner. The password must have been given in this session in the last 10
 * minutes, and the user's address must be proven. The session's row is read again in the change, so that a session which
 * a reset ends meanwhile makes no key after it.
 * @throws ValiError, Problem `session.unproven`, `session.missing`, `user.unproven`, `key.limit`
 */
export async function create(
  userId: string,
  sessionId: string,
  input: unknown,
  at: Date,
  from: Audit.Client = {},
): Promise<Made> {
  const { name, scopes, expiresInDays } = v.parse(Create, input);
  await Session.requireReauthentication(userId, sessionId, at);
  const secret = newSecret();
  const [id, hashed, start] = [newId("key"), hashOf(secret), secret.slice(0, 8)];
  const expiresAt = new Date(at.getTime() + expiresInDays * 86_400_000).toISOString();
  const made = sql`exists (select from api_keys where api_keys.id = ${id})`;
  const owner = sql`users where users.id = ${userId}`;
  const to = {
    userId,
    email: sql`(select users.email from ${owner})`,
    emailKey: sql`(select users.email_key from ${owner})`,
  };
  const change = transaction({
    // Creates of one user's keys run one after another, so that each counts the ones before.
    lockedOwner: sql`select from ${owner} for no key update`,
    added: sql`
      insert into api_keys (id, user_id, hash, start, name, scopes, created_at, expires_at)
      select ${id}, users.id, ${hashed}, ${start}, ${name}, ${scopes}, ${at}, ${expiresAt}
        from users
       where users.id = ${userId}
         and users.email_verified
         and exists (select from sessions where sessions.id = ${sessionId} and sessions.user_id = ${userId})
         and ${most} > (
               select count(*)
                 from api_keys
                where api_keys.user_id = ${userId}
                  and api_keys.expires_at > ${at}::timestamptz)
      returning ${columns}`,
    recorded: Audit.record("key_made", { ...from, userId, sessionId, keyId: id }, made),
    notified: Outbox.enqueue("key_made", to, { start, scopes, at: at.toISOString(), until: expiresAt }, made),
    state: sql`
      select users.email_verified as proven
        from ${owner}
         and exists (select from sessions where sessions.id = ${sessionId} and sessions.user_id = ${userId})`,
  });
  const { added, state } = await orMade<Rows>(change, async () => {
    const added = await sql`select ${columns} from api_keys where api_keys.id = ${id} for share`;
    return added.length > 0 ? { added, state: [] } : undefined;
  });
  const [row] = added as Info[];
  if (row) return { ...row, key: secret };
  if (!state[0]) throw new Problem("auth", "session.missing", "Please sign in.");
  if (!state[0].proven) throw new Problem("forbidden", "user.unproven", "Please confirm your e-mail address first.");
  throw new Problem("conflict", "key.limit", `An account has at most ${most} keys. Revoke one that is not needed.`);
}

type Rows = Record<"added" | "state", Record<string, unknown>[]>;

/** Lists a user's keys that have not expired, newest first. */
export async function list(
  userId: string,
  page: Page,
  at: Date,
): Promise<{ items: Info[]; nextCursor: string | null }> {
  const { limit, cursor } = v.parse(Page, page);
  const before = decodeCursor(cursor);
  const rows = (await sql`
    select ${columns}
      from api_keys
     where api_keys.user_id = ${userId}
       and api_keys.expires_at > ${at}::timestamptz
       and (${before}::text is null or api_keys.id < ${before})
     order by api_keys.id desc
     limit ${limit + 1}`) as Info[];
  return toPage(rows, limit, ({ id }) => id);
}

/** @throws Problem `key.missing` (also for another user's, and for one that has expired) */
export async function get(userId: string, id: string, at: Date): Promise<Info> {
  const [row] = await sql`
    select ${columns}
      from api_keys
     where api_keys.id = ${id}
       and api_keys.user_id = ${userId}
       and api_keys.expires_at > ${at}::timestamptz`;
  if (!row) throw missing();
  return row as Info;
}

/** Renames a key. @throws ValiError, Problem `key.missing` (as `get`) */
export async function update(userId: string, id: string, input: unknown, at: Date): Promise<Info> {
  const { name } = v.parse(Update, input);
  const [row] = await sql`
    update api_keys
       set name = ${name}
     where api_keys.id = ${id}
       and api_keys.user_id = ${userId}
       and api_keys.expires_at > ${at}::timestamptz
    returning ${columns}`;
  if (!row) throw missing();
  return row as Info;
}

/**
 * Revokes a key. After the answer it is invalid everywhere.
 * @throws Problem `key.missing` (also for another user's), `service.unavailable` when Redis, which may still have a copy,
 * cannot be told; then nothing is revoked, and the call may be repeated
 */
export async function revoke(userId: string, id: string, from: From = {}): Promise<void> {
  const own = sql`api_keys where api_keys.id = ${id} and api_keys.user_id = ${userId}`;
  const found = await sql`select api_keys.hash from ${own}`;
  await drop(hashes(found), "service.unavailable");
  const { revoked } = await transaction({
    // First, because it locks the user's row.
    recorded: Audit.record("key_revoked", { ...from, userId, keyId: id }, sql`exists (select from ${own})`),
    revoked: sql`delete from ${own} returning api_keys.hash`,
  });
  if (revoked.length === 0) throw missing();
}

/**
 * Revokes all keys of a user in the caller's transaction, which must have locked the user's row: the statements
 * `recorded` and `revoked`, in this order. The copies in Redis go first, here. `settle` takes the rows of `revoked`; a
 * key that was made meanwhile, and used, stays cached for at most a minute when Redis fails only then.
 * @throws Problem `session.unavailable`, as the ends of sessions that go with it
 */
export async function revokeAll(userId: string, from: From = {}) {
  const own = sql`api_keys where api_keys.user_id = ${userId}`;
  const known = hashes(await sql`select api_keys.hash from ${own}`);
  await drop(known, "session.unavailable");
  return {
    recorded: Audit.record("key_revoked", { ...from, userId }, sql`exists (select from ${own})`),
    revoked: sql`delete from ${own} returning api_keys.hash`,
    async settle(revoked: Record<string, unknown>[]): Promise<void> {
      const made = hashes(revoked).filter((hashed) => !known.includes(hashed));
      await drop(made, "session.unavailable").catch((error) => {
        logger.error("revoked keys stay cached for a minute", { keys: made.length, error: describeError(error) });
      });
    },
  };
}

/**
 * Has each request by a key of the user ask Postgres. Call it before a change that its copies in Redis do not tell of.
 * @throws Problem `session.unavailable`
 */
export async function dropAllCopies(userId: string): Promise<void> {
  const known = await sql`select api_keys.hash from api_keys where api_keys.user_id = ${userId}`;
  await drop(hashes(known), "session.unavailable");
}

async function drop(hashed: string[], code: string): Promise<void> {
  await dropCopies(hashed.map(copyOf)).catch((cause) => {
    throw new Problem("upstream", code, "Revoking did not finish. Try again.", { retryAfter: 1, cause });
  });
}

const hashes = (rows: Record<string, unknown>[]) => rows.map(({ hash }) => String(hash));

const missing = () => new Problem("missing", "key.missing", "There is no such key.");
