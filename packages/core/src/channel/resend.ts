import { sql } from "../base/db.ts";

/**
 * A part of a statement that sends messages again whose words are kept, with the same id and words, and returns them. The
 * statement must have a part `wanted` with the ids of rows that it has locked.
 */
export const resend = () => sql`
      update messages
         set status = 'pending',
             data = '{}',
             settled_at = null,
             failure = null,
             attempts = 0,
             due_at = now(),
             fence = messages.fence + 1
        from wanted
       where messages.id = wanted.id
      returning messages.*`;
