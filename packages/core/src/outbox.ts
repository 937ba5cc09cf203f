import { sql } from "./base/db.ts";
import { newId } from "./base/id.ts";
import type { Data, Kind } from "./outbox/data.ts";

export type { Data, Kind, Watched } from "./outbox/data.ts";
export { afterQuietHours } from "./outbox/quiet.ts";

type Fragment = ReturnType<typeof sql>;

/** Whom it goes to: an account's owner, or, with `userId` null, an address alone. Fragments are read in the statement. */
export type To = { userId: string | null | Fragment; email: string | Fragment };

/**
 * A statement that puts a message in the outbox, for the caller's own transaction: the change and the message that tells
 * of it happen both or not at all. `given`, a condition, makes it write nothing where that does not hold.
 */
export function enqueue<K extends Kind>(kind: K, to: To, data: Data[K], given: Fragment = sql`true`): Fragment {
  return sql`
    insert into messages (id, user_id, kind, email, data)
    select ${newId("msg")}, ${to.userId}, ${kind}, ${to.email}, ${JSON.stringify(data)}::jsonb
     where ${given}`;
}

/**
 * The same for each row of `told`, which the statement has: who it goes to (`user_id`, `email`), when (`due_at`), what it
 * is told (`data`), and a `key` that no other message of this moment has.
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
