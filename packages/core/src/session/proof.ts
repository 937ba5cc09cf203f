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

/**
 * Whether the account requires a second factor, and whether one was given in this session. No key has a session: pass
 * ''.
 */
export async function factorOf(userId: string, sessionId: string): Promise<{ required: boolean; given: boolean }> {
  const [row] = await sql`
    select users.factor_required as required, coalesce(sessions.by_factor, false) as given
      from users
      left join sessions on sessions.id = ${sessionId}
                        and sessions.user_id = users.id
     where users.id = ${userId}`;
  return (row ?? { required: true, given: false }) as { required: boolean; given: boolean };
}

/**
 * Returns whether the account requires a second factor that was not given in this session. Asks Postgres: for a session
 * whose copy in Redis says so, because the factor may have been given, or the requirement ended, after that.
 */
export async function lacksFactor(userId: string, sessionId: string): Promise<boolean> {
  const { required, given } = await factorOf(userId, sessionId);
  return required && !given;
}

export function lackingFactor(): Problem {
  const message = "This account requires a second factor here. Use a passkey, or give the password with a code.";
  return new Problem("forbidden", "factor.required", message);
}

/**
 * A statement that records that a second factor was given in this session. A passkey that is the first one here is the
 * session's from now on, so that the session ends when that passkey is removed.
 */
export function recordFactor(userId: string, sessionId: string, passkeyId: string | null = null): Fragment {
  return sql`
    update sessions
       set by_factor = true,
           passkey_id = case when sessions.by_factor then sessions.passkey_id else ${passkeyId} end
     where sessions.id = ${sessionId}
       and sessions.user_id = ${userId}`;
}

/** A statement after which the user's other sessions in which a code was the second factor count as without one. */
export function forgetCodes(userId: string, sessionId: string): Fragment {
  return sql`
    update sessions
       set by_factor = false
     where sessions.user_id = ${userId}
       and sessions.id <> ${sessionId}
       and sessions.passkey_id is null`;
}

/** A statement that records that the user was authenticated again in this session at `at`. */
export function recordReauthentication(userId: string, sessionId: string, at: Date): Fragment {
  return sql`
    update sessions
       set proven_at = ${at}
     where sessions.id = ${sessionId}
       and sessions.user_id = ${userId}`;
}
