import { sql } from "../base/db.ts";
import { Problem } from "../base/error.ts";

/**
 * Checks that these channels are the user's. One that is removed meanwhile does no harm: nothing goes there any more.
 * @throws Problem `watch.channel` with each that is not
 */
export async function requireChannels(userId: string, ids: string[] | null | undefined): Promise<void> {
  if (!ids || ids.length === 0) return;
  const rows = await sql`
    select channels.id
      from channels
     where channels.user_id = ${userId}
       and channels.id = any(${ids}::text[])`;
  const known = new Set(rows.map(({ id }) => id));
  const errors = ids.flatMap((id, index) =>
    known.has(id) ? [] : [{ pointer: `/channels/${index}`, detail: "is no channel of this account" }],
  );
  if (errors.length > 0) throw new Problem("input", "watch.channel", "The watch names an unknown channel.", { errors });
}
