import { createHash } from "node:crypto";
import { type Fragment, sql } from "./base/db.ts";
import { newId } from "./base/id.ts";
import { emailKey } from "./base/mailbox.ts";
import { requestId } from "./base/trace.ts";
import type { Data, Kind } from "./outbox/data.ts";
import { quotas } from "./outbox/quota.ts";
import { markQueued } from "./outbox/wake.ts";

export { type BookingEvent, bookingEvents, type Data, fields, type Kind, type Watched } from "./outbox/data.ts";
export { nextDue } from "./outbox/next.ts";
export { markQueued, note, wake, wakeAfter } from "./outbox/wake.ts";

/**
 * The recipient: an account's owner, or, with `userId` null, an address alone. Fragments are read in the statement; an
 * address that is one comes with the fragment of its key.
 */
export type To = { userId: string | null | Fragment } & (
  | { email: string; emailKey?: never }
  | { email: Fragment; emailKey: Fragment }
);

/**
 * A statement that puts a message in the outbox, for the caller's transaction: the change and the message about it are
 * written together or not at all. `given`, a condition, makes it write nothing where the condition does not hold. Writes
 * nothing either when the mailbox has had its letters of this kind (`outbox/quota.ts`); the caller does not learn which.
 */
export function enqueue<K extends Kind>(kind: K, to: To, data: Data[K], given?: Fragment): Fragment {
  const { counted, queued } = enqueueParts(kind, to, data, given);
  return sql`with counted as (${counted}) ${queued}`;
}

/** The same for a statement that has parts of its own: `counted` is to be its part of that name, and `queued` another. */
export function enqueueParts<K extends Kind>(
  kind: K,
  to: To,
  data: Data[K],
  given: Fragment = sql`true`,
): { counted: Fragment; queued: Fragment } {
  markQueued();
  return {
    counted: count(kind, mailboxOf(to), given),
    queued: sql`
    insert into messages (id, user_id, kind, email, data, request_id)
    select ${newId("msg")}, ${to.userId}, ${kind}, ${to.email}, ${JSON.stringify(data)}::jsonb, ${requestId() ?? null}
      from counted`,
  };
}

/**
 * Queues messages about watches or bookings for each row of `told`, which the statement must have: the recipient
 * (`user_id`, `email`, and whether that address is `proven`: to another one nothing is sent), the channels of the watch
 * (`channels`, null for all), when people get it (`due_at`) and machines (`at`), the data (`data`), and a `key` that no
 * other row has. The letter goes to the address of the account, and the rest to each other channel that is on, where a
 * channel is told about this. A channel that is being removed is waited for, and left out. `machines`: to webhooks
 * alone.
 */
export function enqueueEach(
  kind: "watch_ended" | "watch_paused" | "keep_watching" | "booking_changed",
  told: Fragment,
  to: "all" | "machines" = "all",
): Fragment {
  markQueued();
  const topic = kind.replace("_", ".");
  const isTold = sql`(channels.about is null or ${topic} = any (channels.about))`;
  return sql`
    insert into messages (id, user_id, kind, channel_id, email, data, request_id, due_at)
    select ${idOf(sql`concat_ws(' ', told.key, way.channel_id)`)},
           told.user_id,
           ${kind},
           way.channel_id,
           case when way.channel_id is null then told.email end,
           told.data,
           ${requestId() ?? null},
           case when way.is_machine then told.at else told.due_at end
      from ${told} as told
     cross join lateral (
             select null as channel_id,
                    false as is_machine
              where told.proven
                and ${to === "all"}
                and not exists (
                      select
                        from channels
                       where channels.user_id = told.user_id
                         and channels.kind = 'email'
                         and not ${kind === "keep_watching" ? sql`true` : isTold}
                    )
              union all
             select channel.id,
                    channel.kind = 'webhook'
               from (
                      select channels.id,
                             channels.kind
                        from channels
                       where channels.user_id = told.user_id
                         and channels.status = 'on'
                         and channels.kind not in ('email', 'atom', 'calendar')
                         and ${to === "all" ? sql`true` : sql`channels.kind = 'webhook'`}
                         and (told.channels is null or channels.id = any (told.channels))
                         and ${isTold}
                         for key share
                    ) as channel
           ) as way`;
}

/**
 * The parts of a statement that queue a letter for each row of `told`, which the statement must have: `user_id`,
 * `email`, `email_key`, `data`, a `key` that no other row has, and with `isLater` the moment that it is `due_at`. A
 * mailbox that has had its letters of this kind gets none; rows of one statement are counted together, and may pass its
 * limit together.
 */
export function enqueueLetters(
  kind: "channel_off" | "moved" | "post_decided",
  told: Fragment,
  isLater = false,
): { counted: Fragment; queued: Fragment } {
  markQueued();
  const mailbox = mailboxOf({ userId: null, email: sql`told.email`, emailKey: sql`told.email_key` });
  return {
    counted: count(
      kind,
      sql`given.mailbox`,
      sql`true`,
      sql`(select ${mailbox} as mailbox, count(*) as letters from ${told} as told group by 1 order by 1) as given`,
    ),
    queued: sql`
    insert into messages (id, user_id, kind, email, data, request_id, due_at)
    select ${idOf(sql`told.key`)},
           told.user_id,
           ${kind},
           told.email,
           told.data,
           ${requestId() ?? null},
           ${isLater ? sql`told.due_at` : sql`now()`}
      from ${told} as told
      join counted on counted.mailbox = ${mailbox}`,
  };
}

/**
 * A statement that sends what waits about a user's watches and bookings to their new address, where `given` holds.
 * Notices about the account stay with the address that they were written for.
 */
export const readdress = (userId: string, email: string, given: Fragment): Fragment => sql`
    update messages
       set email = ${email}
     where messages.user_id = ${userId}
       and messages.status = 'pending'
       and messages.channel_id is null
       and messages.kind in ('watch_ended', 'watch_paused', 'keep_watching', 'booking_changed', 'post_decided')
       and ${given}`;

/** When the last message of a kind that waits is due: a value of a statement, null where none waits. */
export const lastDue = (kind: Kind): Fragment => sql`
      (select max(messages.due_at) from messages where messages.status = 'pending' and messages.kind = ${kind})`;

/**
 * Counts a letter to a mailbox in a window of fixed length, on Postgres's clock; no row when the window is full. The
 * count and the letter are one statement, so a crash loses neither alone, and of concurrent letters each waits for the
 * ones before. `from` names rows with a mailbox each and a number of `letters`.
 */
function count(kind: Kind, mailbox: Fragment | string, given: Fragment, from?: Fragment): Fragment {
  const quota = quotas[kind];
  if (!quota) return sql`select 1 where ${given}`;
  const [letters, seconds] = quota;
  const ends = sql`now() + ${seconds}::int * interval '1 second'`;
  return sql`
      insert into mailbox_letters (kind, mailbox, letters, ends_at)
      select ${kind}, ${mailbox}, ${from ? sql`given.letters` : sql`1`}, ${ends}
        ${from ? sql`from ${from}` : sql``}
       where ${given}
      on conflict (kind, mailbox) do update
         set letters = excluded.letters + case when mailbox_letters.ends_at > now() then mailbox_letters.letters else 0 end,
             ends_at = case when mailbox_letters.ends_at > now() then mailbox_letters.ends_at else excluded.ends_at end
       where mailbox_letters.ends_at <= now()
          or mailbox_letters.letters < ${letters}::int
      returning mailbox_letters.mailbox`;
}

/** The id of a message that a statement queues for a row: another one for each key, and for each statement. */
function idOf(key: Fragment): Fragment {
  const id = newId("msg");
  return sql`${id.slice(0, 14)} || left(md5(${id} || ${key}), 16)`;
}

function mailboxOf(to: To): Fragment | string {
  if (to.emailKey) return sql`encode(sha256(convert_to(${to.emailKey}, 'UTF8')), 'hex')`;
  return createHash("sha256")
    .update(emailKey(to.email as string))
    .digest("hex");
}
