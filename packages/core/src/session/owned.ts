import * as v from "valibot";
import * as Audit from "../audit.ts";
import { type Fragment, sql, transaction, utc } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { describeError, logger } from "../base/log.ts";
import { decodeCursor, Page, toPage } from "../base/page.ts";
import { dropCopies } from "./mark.ts";

/**
 * A session as its owner sees it. `device` is for example "Firefox on Linux" and `network` the /24 or /64 of the last
 * address, both null when unknown; `lastUsedAt` is exact to 10 minutes; `current` is the session of this request.
 */
export const Listed = v.object({
  id: v.string(),
  device: v.nullable(v.string()),
  network: v.nullable(v.string()),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  lastUsedAt: v.pipe(v.string(), v.isoTimestamp()),
  expiresAt: v.pipe(v.string(), v.isoTimestamp()),
  current: v.boolean(),
});
export type Listed = v.InferOutput<typeof Listed>;

/** Lists a user's live sessions, the last used first. */
export async function list(
  userId: string,
  sessionId: string,
  page: Page,
  at: Date,
): Promise<{ items: Listed[]; nextCursor: string | null }> {
  const { limit, cursor } = v.parse(Page, page);
  const [micros, id] = decodeCursor(cursor, /^\d{1,16} [0-9a-f]{64}$/)?.split(" ") ?? [null, null];
  const rows = (await sql`
    select sessions.id,
           sessions.device,
           sessions.network::text,
           ${utc(sql`sessions.created_at`)} as "createdAt",
           ${utc(sql`sessions.last_used_at`)} as "lastUsedAt",
           ${utc(sql`sessions.expires_at`)} as "expiresAt",
           sessions.id = ${sessionId} as current,
           (extract(epoch from sessions.last_used_at) * 1000000)::bigint::text as micros
      from sessions
     where sessions.user_id = ${userId}
       and sessions.expires_at > ${at}
       and (${micros}::bigint is null
            or (sessions.last_used_at, sessions.id)
               < ('epoch'::timestamptz + ${micros}::bigint * interval '1 microsecond', ${id}))
     order by sessions.last_used_at desc, sessions.id desc
     limit ${limit + 1}`) as (Listed & { micros: string })[];
  const { items, nextCursor } = toPage(rows, limit, (row) => `${row.micros} ${row.id}`);
  return { items: items.map(({ micros, ...shown }) => shown), nextCursor };
}

/**
 * Ends one session of a user. After the answer, that session is invalid everywhere.
 * @throws Problem `session.missing` (also for another user's), `session.unavailable`: then repeat
 */
export async function end(userId: string, id: string, from: Audit.Client = {}): Promise<void> {
  const ended = /^[0-9a-f]{64}$/.test(id) ? await endWhere(userId, sql`sessions.id = ${id}`, from) : [];
  if (ended.length === 0) throw new Problem("missing", "session.missing", "There is no such session.");
}

/** Ends all sessions of a user, the current one included. @throws Problem `session.unavailable`: then repeat */
export async function endAll(userId: string, from: Audit.Client = {}): Promise<void> {
  await endWhere(userId, sql`true`, from);
}

function endWhere(userId: string, which: Fragment, from: Audit.Client): Promise<string[]> {
  return endInTransaction(userId, which, async (rows) => {
    const noted = sql`exists (select from sessions where sessions.user_id = ${userId} and ${which})`;
    const { ended } = await transaction({
      recorded: Audit.record("session_ended", { ...from, userId }, noted),
      ended: rows,
    });
    return ended;
  });
}

/**
 * Ends the user's sessions that meet the condition `which`. `change` runs the given statement (after it has changed the
 * rows that sessions depend on) and returns its rows; the result is the ids of the sessions. The copies in Redis go
 * first: a change that Redis cannot be told of is not made, and one that fails leaves the sessions as they were. What
 * was made is never answered as a failure: when Redis fails only after it, a session that began during the change, and
 * was cached then, stays cached for at most a minute.
 * @throws Problem `session.unavailable`
 */
export async function endInTransaction(
  userId: string,
  which: Fragment,
  change: (rows: Fragment) => Promise<Record<string, unknown>[] | undefined>,
): Promise<string[]> {
  const owned = sql`sessions where sessions.user_id = ${userId} and ${which}`;
  const known = ids(await sql`select sessions.id from ${owned}`);
  await dropCopies(known);
  const ended = ids(await change(sql`delete from ${owned} returning sessions.id`));
  const created = ended.filter((id) => !known.includes(id));
  await dropCopies(created).catch((error) => {
    logger.error("ended sessions stay cached for a minute", { sessions: created.length, error: describeError(error) });
  });
  return ended;
}

/**
 * Makes a change after which no session of the user may be answered from the copy of before. The copies in Redis go
 * first, as in `endInTransaction`: a change that Redis cannot be told of is not made.
 * @throws Problem `session.unavailable`
 */
export async function withoutCopies<T>(userId: string, change: () => Promise<T>): Promise<T> {
  const idsNow = async () => ids(await sql`select sessions.id from sessions where sessions.user_id = ${userId}`);
  const known = await idsNow();
  await dropCopies(known);
  const made = await change();
  const begun = async () => dropCopies((await idsNow()).filter((id) => !known.includes(id)));
  await begun().catch((error) => {
    logger.error("sessions that began during a change stay cached for a minute", { error: describeError(error) });
  });
  return made;
}

const ids = (rows: Record<string, unknown>[] = []) => rows.map(({ id }) => String(id));
