import { type Fragment, sql } from "../base/db.ts";

/**
 * A part of a statement that sends messages again whose words are kept, with the same id and words. `wanted` is a part
 * with the ids of rows that it has locked; returns the messages.
 */
export const resend = (wanted: Fragment) => sql`
      update messages
         set status = 'pending',
             data = '{}',
             settled_at = null,
             failure = null,
             attempts = 0,
             due_at = now(),
             fence = messages.fence + 1
        from ${wanted}
       where messages.id = wanted.id
      returning messages.*`;
