import { createHash, randomBytes } from "node:crypto";
import { sql } from "../base/db.ts";

/** How long an answer to a challenge is waited for, in milliseconds. */
export const challengeMs = 5 * 60_000;

/** `add` and `reauthenticate` belong to the session that asked, `login` to none. */
export type Purpose = { purpose: "login" } | { purpose: "add" | "reauthenticate"; sessionId: string };

/**
 * Returns 256 random bits for a passkey to sign, and stores a hash of them, the purpose and the session for 5 minutes.
 * Deletes some that were not
 * answered, so that requests without a session leave no more rows than 5 minutes' worth.
 */
export async function issue(asked: Purpose, at: Date): Promise<string> {
  const challenge = randomBytes(32).toString("base64url");
  await sql`
    with gone as (
      delete from passkey_challenges
       where passkey_challenges.id = any (array(
               select passkey_challenges.id
                 from passkey_challenges
                where passkey_challenges.expires_at <= ${at}::timestamptz
                limit 10
                  for update skip locked))
    )
    insert into passkey_challenges (id, expires_at)
    values (${hash(challenge, asked)}, ${new Date(at.getTime() + challengeMs)})`;
  return challenge;
}

/** Uses up the challenge that was signed, and returns it; undefined for one that is unknown, too old or another's. */
export async function take(clientDataJSON: string, asked: Purpose, at: Date): Promise<string | undefined> {
  const challenge = challengeOf(clientDataJSON);
  if (challenge === undefined) return undefined;
  const rows = await sql`
    delete from passkey_challenges
     where passkey_challenges.id = ${hash(challenge, asked)}
       and passkey_challenges.expires_at > ${at}::timestamptz
    returning 1`;
  return rows.length > 0 ? challenge : undefined;
}

/** The challenge in a browser's clientDataJSON (base64url). */
function challengeOf(clientDataJSON: string): string | undefined {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString());
    return typeof challenge === "string" ? challenge : undefined;
  } catch {
    return undefined;
  }
}

function hash(challenge: string, asked: Purpose): string {
  const session = "sessionId" in asked ? asked.sessionId : "";
  return createHash("sha256").update(`${asked.purpose} ${session} ${challenge}`).digest("hex");
}
