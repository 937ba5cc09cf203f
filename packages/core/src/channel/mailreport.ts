import * as v from "valibot";
import { sql, transaction } from "../base/db.ts";
import { logger } from "../base/log.ts";
import { emailKey } from "../base/mailbox.ts";

const text = v.pipe(v.string(), v.maxLength(1_000));
const instant = v.pipe(
  text,
  v.check((moment) => Number.isFinite(Date.parse(moment)), "must be a moment"),
);
const Mail = v.object({ messageId: text, tags: v.object({ message: v.tuple([text]) }) });
const recipients = v.array(v.object({ emailAddress: text, status: v.optional(text), action: v.optional(text) }));

/** The events of SES that are read (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html). */
const Event = v.variant("eventType", [
  v.object({
    eventType: v.literal("Bounce"),
    mail: Mail,
    bounce: v.object({
      bounceType: v.picklist(["Permanent", "Transient", "Undetermined"]),
      bouncedRecipients: recipients,
      timestamp: instant,
    }),
  }),
  v.object({
    eventType: v.literal("Complaint"),
    mail: Mail,
    complaint: v.object({
      complaintFeedbackType: v.optional(v.nullable(text)),
      complainedRecipients: recipients,
      timestamp: instant,
    }),
  }),
]);

type Report = { id: string; messageId: string; kind: "bounced" | "complained" | "delayed"; to: string[]; at: string };

/** How many letters may come back within how many days before a channel is turned off. */
const most = 3;
const days = 7;

/**
 * Reads what SES reports of a letter: a permanent bounce or a complaint turns the e-mail channel of its reader off, as do
 * three transient bounces within seven days, for a letter about the account too; such letters are still sent. A report
 * that comes twice, late, in another order, about another address than the account's, or that cannot be read, changes
 * nothing.
 */
export async function reportMail(event: unknown): Promise<void> {
  const report = reportOf(event);
  if (!report) return;
  const { id, messageId, kind, to, at } = report;
  const channel = sql`
        select channels.id,
               channels.on_at
          from messages
          join users on users.id = messages.user_id
          join channels on channels.user_id = users.id
         where messages.id = ${messageId}
           and channels.kind = 'email'
           and users.email_key = any(${to}::text[])`;
  await transaction({
    // Reports of one channel are written one after another, so that each counts the ones before.
    locked: sql`
      select from channels where channels.id in (select channel.id from (${channel}) as channel) for no key update`,
    noted: sql`
      with noted as (
        insert into mail_events (id, channel_id, kind, at)
        select ${id}, channel.id, ${kind}, ${at}::timestamptz
          from (${channel}) as channel
         where channel.on_at is null
            or channel.on_at < ${at}::timestamptz
        on conflict (id) do nothing
        returning mail_events.channel_id, mail_events.at
      ), counted as (
        select noted.channel_id,
               ${kind} <> 'delayed'
               or exists (
                    select
                      from (
                             select every.at,
                                    lag(every.at, ${most - 1}::int) over (order by every.at) as first
                               from (
                                      select noted.at
                                      union all
                                      select mail_events.at
                                        from mail_events
                                        join channels on channels.id = mail_events.channel_id
                                       where mail_events.channel_id = noted.channel_id
                                         and mail_events.kind = 'delayed'
                                         and (channels.on_at is null or mail_events.at > channels.on_at)
                                    ) as every
                           ) as spans
                     where spans.at - spans.first < ${days}::int * interval '1 day'
                  ) as ends
          from noted
      )
      update channels
         set status = 'off',
             off_because = ${kind === "delayed" ? "bounced_often" : kind}
        from counted
       where channels.id = counted.channel_id
         and counted.ends
         and channels.status <> 'off'`,
  });
}

function reportOf(event: unknown): Report | undefined {
  const parsed = v.safeParse(Event, event);
  if (!parsed.success) {
    // Its text may hold an address.
    logger.warn("mail report not read", { fields: parsed.issues.map((issue) => v.getDotPath(issue)).slice(0, 5) });
    return undefined;
  }
  const { mail } = parsed.output;
  const [messageId] = mail.tags.message;
  const common = { messageId, id: mail.messageId.slice(0, 150) };
  if (parsed.output.eventType === "Complaint") {
    const { complaintFeedbackType, complainedRecipients, timestamp } = parsed.output.complaint;
    if (complaintFeedbackType === "not-spam") return undefined;
    return { ...common, ...named("complained", common.id), to: keysOf(complainedRecipients), at: timestamp };
  }
  const { bounceType, bouncedRecipients, timestamp } = parsed.output.bounce;
  const to = keysOf(bouncedRecipients);
  if (bounceType === "Permanent") return { ...common, ...named("bounced", common.id), to, at: timestamp };
  // Without the status of a mail server it is an automatic reply, such as "out of office": the letter arrived.
  if (!bouncedRecipients.some(({ status, action }) => status !== undefined || action !== undefined)) return undefined;
  return { ...common, ...named("delayed", common.id), to, at: timestamp };
}

const named = <K extends Report["kind"]>(kind: K, id: string) => ({ kind, id: `${id} ${kind}` });
const keysOf = (to: v.InferOutput<typeof recipients>) => to.map(({ emailAddress }) => emailKey(emailAddress));
