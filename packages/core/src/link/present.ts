import { sql } from "../base/db.ts";

/**
 * Notes that a person used a link in a message at `real`, in real time: their watches are wanted.
 * @returns whether there is such an account
 */
export async function notePresence(userId: string, real: Date): Promise<boolean> {
  const rows = await sql`
    update users
       set seen_at = greatest(users.seen_at, ${real}::timestamptz)
     where users.id = ${userId}
    returning users.id`;
  return rows.length > 0;
}
