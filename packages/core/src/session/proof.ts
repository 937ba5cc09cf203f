import { type Fragment, sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";

/**
 * Requires that the user was authenticated in this session in the 10 minutes before `at`, at sign-in or later.
 * @throws Problem `session.unproven`
 */
export async function requireReauthentication(userId: string, sessionId: string, at: Date): Promise<void> {
  const [row] = await sql`
    select
      from sessions
     where sessions.id = ${sessionId}
       and sessions.user_id = ${userId}
       and sessions.proven_at > ${at}::timestamptz - interval '10 minutes'`;
  if (!row) throw new Problem("forbidden", "session.unproven", "Please give your password or a passkey again first.");
}

/** A statement that records that the user was authenticated again in this session at `at`. */
export function recordReauthentication(userId: string, sessionId: string, at: Date): Fragment {
  return sql`
    update sessions
       set proven_at = ${at}
     where sessions.id = ${sessionId}
       and sessions.user_id = ${userId}`;
}
