import { sql } from "../base/db.ts";
import { isFree, lockFree, raiseFence } from "../base/lease.ts";
import type { Data, Kind } from "../outbox.ts";
import type { Wishes } from "./when.ts";
import { wishes } from "./wishes.ts";

/** The channel that a message goes to, with what its owner's settings say of the words. */
export type Channel = {
  id: string;
  kind: "email" | "webhook" | "push" | "ntfy" | "slack" | "discord" | "telegram";
  status: "on" | "paused" | "unproven" | "off";
  /** The host of its address, if it has one. */
  shown: string | null;
  sealed: string | null;
  version: number;
  /** Since when the secret has been this one (UTC ms). */
  versionAt: number;
};

/** The words of a message as its channel sends them; kept from before the first try on. */
export type Words = Record<string, unknown>;

/** A message under a lease. `channel` is null for a letter about an account, which goes to `email`. */
export type Claimed = {
  id: string;
  /** Of the request or the run of a clock that queued it; null of an older version. */
  requestId: string | null;
  fence: string;
  kind: Kind;
  userId: string | null;
  email: string | null;
  isProven: boolean;
  language: string | null;
  timeZone: string | null;
  /** Null where it goes to no account. */
  wishes: Wishes | null;
  data: Data[Kind];
  words: Words | null;
  held: boolean;
  /** Until when it waits for a newer price (UTC ms). */
  checkedUntil: number | null;
  attempts: number;
  /** When a message of alerts was to go by its owner's settings (UTC ms); null of other kinds. */
  slotAt: number | null;
  /** UTC ms, in real time. */
  createdAt: number;
  /** When its words were written, before the first try (UTC ms, in real time); null before that. */
  triedAt: number | null;
  channel: Channel | null;
};

/** How many due messages are looked at for each that is claimed: another worker may have some, or their channels. */
const lookedAt = 3;

/**
 * Claims up to `limit` due messages with a lease of two minutes, on Postgres's clock: of each channel the first, and
 * none while another message of that channel is under way, so that a person gets them in order. Those behind it are
 * passed over one by one (`messages_of_a_channel`), so that what piles up for one channel holds up no other. A message
 * that waits for its next try is not due, and holds none back. Two workers never hold the same message, and each claim
 * raises the fence, so that an overtaken worker settles nothing. Ids are looked up as an array whose length the planner
 * cannot know, here and where messages are written: it would read the whole table for a batch.
 */
export async function claim(at: Date, limit: number): Promise<Claimed[]> {
  const rows = await sql`
    with due as materialized (
      select messages.id,
             messages.channel_id,
             messages.due_at
        from messages
       where messages.status = 'pending'
         and messages.due_at <= ${at}::timestamptz
         and ${isFree("messages")}
         and (messages.channel_id is null or messages.id = (
               select first.id
                 from messages as first
                where first.channel_id = messages.channel_id
                  and first.status = 'pending'
                order by first.due_at, first.id
                limit 1
             ))
       order by messages.due_at, messages.id
       limit ${limit * lookedAt}
    ), open as materialized (
      select due.id
        from due
       where not exists (
               select
                 from messages as other
                where other.channel_id = due.channel_id
                  and other.claimed_until > now()
             )
       order by due.due_at, due.id
       limit ${limit}
    ), chosen as materialized (
      select messages.id
        from messages
       where messages.id = any(array(select open.id from open))
         and messages.status = 'pending'
         and messages.due_at <= ${at}::timestamptz
         and ${isFree("messages")}
         ${lockFree("messages")}
    ), held as (
      update messages
         set claimed_until = now() + interval '2 minutes',
             ${raiseFence("messages")}
       where messages.id = any(array(select chosen.id from chosen))
      returning messages.*
    )
    select held.id,
           held.request_id as "requestId",
           held.fence::text,
           held.kind,
           held.user_id as "userId",
           coalesce(held.email, users.email) as email,
           coalesce(users.email_verified, false) as "isProven",
           users.language,
           users.time_zone as "timeZone",
           case when users.id is not null then ${wishes} end as wishes,
           held.data,
           held.words,
           held.held,
           (extract(epoch from held.checked_until) * 1000)::float8 as "checkedUntil",
           held.attempts,
           (extract(epoch from held.slot_at) * 1000)::float8 as "slotAt",
           (extract(epoch from held.created_at) * 1000)::float8 as "createdAt",
           (extract(epoch from held.tried_at) * 1000)::float8 as "triedAt",
           case
             when channels.id is not null then
               jsonb_build_object(
                 'id', channels.id,
                 'kind', channels.kind,
                 'status', channels.status,
                 'shown', channels.shown,
                 'sealed', channels.sealed,
                 'version', channels.version,
                 'versionAt', (extract(epoch from channels.version_at) * 1000)::float8
               )
           end as channel
      from held
      left join users on users.id = held.user_id
      left join channels on channels.id = held.channel_id`;
  return rows as Claimed[];
}

/** Gives back messages that were claimed and not tried, to be claimed at once, or some `seconds` after `at`. */
export async function release(messages: Claimed[], later?: { at: Date; seconds: number }): Promise<void> {
  if (messages.length === 0) return;
  await sql`
    with given as (
      select *
        from unnest(
               ${messages.map(({ id }) => id)}::text[],
               ${messages.map(({ fence }) => fence)}::bigint[]
             ) as given (id, fence)
    )
    update messages
       set claimed_until = null,
           attempts = messages.attempts - 1,
           due_at = greatest(
                      messages.due_at,
                      ${later?.at ?? null}::timestamptz + ${later?.seconds ?? 0} * interval '1 second'
                    )
      from given
     where messages.id = given.id
       and messages.id = any(array(select given.id from given))
       and messages.fence = given.fence`;
}
