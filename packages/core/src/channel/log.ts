import * as v from "valibot";
import { sql, transaction, utc } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { decodeCursor, encodeCursor, Page, toPage } from "../base/page.ts";
import * as Outbox from "../outbox.ts";
import { get, missing } from "./owned.ts";
import { resend } from "./resend.ts";
import { Replay, type Replayed, type Try } from "./schema.ts";

/**
 * Lists what a webhook answered in the last 30 days, newest first.
 * @throws ValiError, Problem `page.cursor`, `channel.missing`
 */
export async function tries(userId: string, id: string, query: v.InferInput<typeof Page>) {
  const { limit, cursor } = v.parse(Page, query);
  const before = decodeCursor(cursor);
  const { own, rows } = await transaction({
    own: sql`
      select
        from channels
       where channels.id = ${id}
         and channels.user_id = ${userId}`,
    rows: sql`
      select channel_tries.id,
             channel_tries.message_id as "messageId",
             ${utc(sql`channel_tries.at`)} as at,
             channel_tries.outcome,
             channel_tries.code,
             channel_tries.milliseconds,
             channel_tries.answer
        from channel_tries
        join channels on channels.id = channel_tries.channel_id
       where channel_tries.channel_id = ${id}
         and channels.user_id = ${userId}
         ${before === null ? sql`` : sql`and channel_tries.id < ${before}`}
       order by channel_tries.id desc
       limit ${limit + 1}`,
  });
  if (!own[0]) throw missing();
  return toPage(rows as Try[], limit, ({ id }) => id);
}

/** The most messages that one request replays. */
const most = 100;

/**
 * Sends messages of a webhook again, with the same id and words: one that was sent or given up, or those of a span, of
 * which one request takes 100, and a cursor leads to the next. @returns how many
 * @throws ValiError, Problem `channel.missing`, `channel.off`, `page.cursor`, `message.missing` for no such message of
 * this channel
 */
export async function replay(userId: string, id: string, input: unknown): Promise<Replayed> {
  const { messageId, from, to, cursor } = v.parse(Replay, input);
  const after = decodeCursor(cursor);
  const channel = await get(userId, id);
  if (channel.status !== "on") throw new Problem("conflict", "channel.off", "Nothing is sent to this channel.");
  Outbox.markQueued();
  const kept = sql`
             messages.channel_id = ${id}
         and messages.status in ('sent', 'failed')
         and messages.words is not null
         and ${
           messageId === undefined
             ? sql`messages.created_at >= ${from ?? null}::timestamptz and messages.created_at < ${to ?? null}::timestamptz`
             : sql`messages.id = ${messageId}`
         }`;
  const [row] = await sql`
    with wanted as materialized (
      select messages.id
        from messages
        join channels on channels.id = messages.channel_id
       where ${kept}
         and channels.user_id = ${userId}
         ${after === null ? sql`` : sql`and messages.id > ${after}`}
       order by messages.id
       limit ${most}
         for no key update of messages
    ), again as (${resend()}), last as (
      select max(wanted.id) as id
        from wanted
    )
    select (select count(*)::int from again) as replayed,
           case when exists (select from messages where ${kept} and messages.id > last.id) then last.id end as next
      from last`;
  const { replayed, next } = row as { replayed: number; next: string | null };
  if (replayed === 0 && messageId !== undefined)
    throw new Problem("missing", "message.missing", "There is no such message of this channel.");
  return { replayed, nextCursor: next === null ? null : encodeCursor(next) };
}
