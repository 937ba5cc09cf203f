import * as v from "valibot";
import { sql, utc } from "../base/db.ts";
import { Problem } from "../base/error.ts";
import { logger } from "../base/log.ts";
import { decodeCursor, toPage } from "../base/page.ts";
import * as Operator from "../operator.ts";
import * as Outbox from "../outbox.ts";
import { type Deliveries, DeliveriesQuery, type Delivery, type DeliveryCounts } from "./deliveryschema.ts";
import { resend } from "./resend.ts";

/** A message without its address and its words. A letter about an account has no channel: it goes by mail. */
const columns = sql`
           messages.id,
           messages.kind,
           messages.status,
           messages.failure,
           messages.attempts,
           ${utc(sql`messages.created_at`)} as "createdAt",
           ${utc(sql`messages.due_at`)} as "dueAt",
           ${utc(sql`messages.settled_at`)} as "settledAt"`;
const channelKind = sql`coalesce(channels.kind, 'email')`;

/**
 * Lists messages that failed or wait, newest first, for an operator, with counts of all of them: one request. `at` is the
 * moment by which messages are due. Failed ones are read by their index, waiting ones by that of the clock.
 * @throws ValiError, Problem `operator.required`, `page.cursor`
 */
export async function deliveries(userId: string, query: unknown, at: Date): Promise<Deliveries> {
  const { limit, cursor, status, kind, channel } = v.parse(DeliveriesQuery, query);
  const before = decodeCursor(cursor);
  const page = (one: "failed" | "pending") => sql`
      select *
        from (
               select ${columns}, ${channelKind} as channel
                 from messages
                 left join channels on channels.id = messages.channel_id
                where messages.status = ${sql.unsafe(`'${one}'`)}
                  and ${status === undefined ? sql`true` : sql`${status} = ${one}`}
                  ${before === null ? sql`` : sql`and messages.id < ${before}`}
                  ${kind === undefined ? sql`` : sql`and messages.kind = ${kind}`}
                  ${channel === undefined ? sql`` : sql`and ${channelKind} = ${channel}`}
                order by messages.id desc
                limit ${limit + 1}
             ) as ${sql.unsafe(one)}`;
  const [row] = await Operator.queryAsOperator<{ items: Delivery[]; counts: DeliveryCounts }>(
    userId,
    (allowed) => sql`
      select coalesce((
               select jsonb_agg(to_jsonb(listed) order by listed.id desc)
                 from (
                        select * from (${page("failed")} union all ${page("pending")}) as unsent
                         order by unsent.id desc
                         limit ${limit + 1}
                      ) as listed
             ), '[]') as items,
             (
               select jsonb_build_object(
                        'pending', waiting.pending,
                        'oldestDueSeconds', waiting.oldest,
                        'failed', failed.number,
                        'mail', jsonb_build_object(
                          'sent', mail.sent,
                          'bounced', reports.bounced,
                          'complained', reports.complained,
                          'bounceRate', reports.bounced::float8 / nullif(mail.sent, 0),
                          'complaintRate', reports.complained::float8 / nullif(mail.sent, 0)
                        )
                      )
                 from (
                        select count(*) as pending,
                               floor(extract(epoch from ${at}::timestamptz
                                 - min(messages.due_at) filter (where messages.due_at <= ${at}::timestamptz)))::int as oldest
                          from messages
                         where messages.status = 'pending'
                      ) as waiting
                cross join (
                        select count(*) as number
                          from messages
                         where messages.status = 'failed'
                           and messages.settled_at > now() - interval '24 hours'
                      ) as failed
                cross join (
                        select count(*) as sent
                          from messages
                          left join channels on channels.id = messages.channel_id
                         where messages.status = 'sent'
                           and messages.settled_at > now() - interval '24 hours'
                           and ${channelKind} = 'email'
                      ) as mail
                cross join (
                        select count(*) filter (where mail_events.kind = 'bounced') as bounced,
                               count(*) filter (where mail_events.kind = 'complained') as complained
                          from mail_events
                         where mail_events.at > now() - interval '24 hours'
                      ) as reports
             ) as counts
       where ${allowed}`,
  );
  const { items, counts } = row as { items: Delivery[]; counts: DeliveryCounts };
  return { ...toPage(items, limit, ({ id }) => id), counts };
}

type Found = { status: string; isKept: boolean; isOn: boolean; sent: Delivery | null };

/**
 * Sends a failed message again, with the same id and words, for an operator; the change is logged with the operator's id.
 * Words are kept of what goes to a webhook.
 * @throws Problem `operator.required`, `message.missing`, `message.unfailed`, `message.forgotten`, `channel.off`
 */
export async function replayFailed(userId: string, id: string): Promise<Delivery> {
  Outbox.markQueued();
  const [found] = await Operator.queryAsOperator<Found>(
    userId,
    (allowed) => sql`
      with wanted as materialized (
        select messages.id
          from messages
          join channels on channels.id = messages.channel_id
         where messages.id = ${id}
           and messages.status = 'failed'
           and messages.words is not null
           and channels.status = 'on'
           and ${allowed}
           for no key update of messages
      ), again as (${resend()})
      select messages.status,
             messages.words is not null as "isKept",
             channels.status is not distinct from 'on' as "isOn",
             (
               select to_jsonb(waiting)
                 from (
                        select ${columns}, ${channelKind} as channel
                          from again as messages
                      ) as waiting
             ) as sent
        from messages
        left join channels on channels.id = messages.channel_id
       where messages.id = ${id}
         and ${allowed}`,
  );
  if (!found) throw new Problem("missing", "message.missing", "There is no such message.");
  if (!found.sent) throw refusal(found);
  logger.info("message replayed", { userId, messageId: id });
  return found.sent;
}

function refusal({ status, isKept, isOn }: Found): Problem {
  if (status === "failed" && !isKept)
    return new Problem("conflict", "message.forgotten", "The words of this message are not kept.");
  if (status === "failed" && !isOn)
    return new Problem("conflict", "channel.off", "Nothing is sent to the channel of this message.");
  return new Problem("conflict", "message.unfailed", "Only a message that failed can be sent again.");
}
