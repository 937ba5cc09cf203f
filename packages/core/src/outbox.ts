import { type Fragment, sql } from "./base/db.ts";
import { newId } from "./base/id.ts";
import type { Data, Kind } from "./outbox/data.ts";

export type { Data, Kind, Watched } from "./outbox/data.ts";

/** The recipient: an account's owner, or, with `userId` null, an address alone. Fragments are read in the statement. */
export type To = { userId: string | null | Fragment; email: string | Fragment };

/**
 * A statement that puts a message in the outbox, for the caller's transaction: the change and the message about it are
 * written together or not at all. `given`, a condition, makes it write nothing where the condition does not hold.
 */
export function enqueue<K extends Kind>(kind: K, to: To, data: Data[K], given: Fragment = sql`true`): Fragment {
  return sql`
    insert into messages (id, user_id, kind, email, data)
    select ${newId("msg")}, ${to.userId}, ${kind}, ${to.email}, ${JSON.stringify(data)}::jsonb
     where ${given}`;
}

/**
 * The same for each row of `told`, which the statement must have: the recipient (`user_id`, `email`), when (`due_at`),
 * the data (`data`), and a `key` that no other message of the same moment has.
 */
export function enqueueEach(kind: Kind, told: Fragment): Fragment {
  return sql`
    insert into messages (id, user_id, kind, email, data, due_at)
    select ${newId("msg").slice(0, 14)} || left(md5(told.key), 16),
           told.user_id,
           ${kind},
           told.email,
           told.data,
           told.due_at
      from ${told} as told`;
}
