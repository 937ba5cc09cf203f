import { type Fragment, sql } from "../base/db.ts";
import { newId } from "../base/id.ts";
import { logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import * as Outbox from "../outbox.ts";
import { bringMissed } from "./missed.ts";
import type { Try } from "./outcome.ts";
import { nextTry } from "./retry.ts";
import { laneOf } from "./send.ts";

/** How many messages were sent, are tried again, and were given up. */
export type Report = { sent: number; delayed: number; failed: number };

/** For how long a channel may fail at everything before it is turned off. */
const failingFor = "5 days";

/**
 * Writes what came of these tries, in one statement: a message that was overtaken is left alone. A message
 * that is sent or given up loses its address, data and words; an event keeps its body for 30 days, so that it can be
 * replayed. A channel whose address is gone, or that failed at everything for five days, is turned off, and its owner
 * gets a letter about it by the same statement, where their address is proven. What no channel took comes with the first
 * that works again, as one digest.
 * `at` is product time, by which messages are due; `real` is the moment of the tries.
 */
export async function settle(tries: Try[], at: Date, real: Date): Promise<Report> {
  const report: Report = { sent: 0, delayed: 0, failed: 0 };
  if (tries.length === 0) return report;
  const ends = tries.map(({ message, outcome }) => {
    const wait = outcome.status === "delayed" ? nextTry(message, outcome.after, real) : null;
    const status = outcome.status === "sent" ? "sent" : wait === null ? "failed" : "pending";
    return { status, wait, code: outcome.status === "sent" ? null : outcome.code };
  });
  const rows = await sql`
    with given as (
      select *
        from unnest(
               ${tries.map(({ message }) => message.id)}::text[],
               ${tries.map(({ message }) => message.fence)}::bigint[],
               ${ends.map(({ status }) => status)}::text[],
               ${ends.map(({ wait }) => wait)}::float8[],
               ${ends.map(({ code }) => code)}::text[],
               ${tries.map(({ outcome }) => ("providerId" in outcome ? outcome.providerId : null))}::text[],
               ${tries.map(({ outcome }) => "gone" in outcome)}::boolean[],
               ${tries.map(({ message }) => message.channel?.kind === "webhook")}::boolean[]
             ) as given (id, fence, status, wait, code, provider_id, gone, is_kept)
    ), settled as (
      update messages
         set status = given.status,
             email = case when given.status = 'pending' then messages.email end,
             data = case when given.status = 'pending' then messages.data end,
             words = case when given.status = 'pending' or given.is_kept then messages.words end,
             settled_at = case when given.status <> 'pending' then ${real}::timestamptz end,
             due_at =
               case
                 when given.wait is null then messages.due_at
                 else ${at}::timestamptz + given.wait * interval '1 second'
               end,
             claimed_until = null,
             provider_id = given.provider_id,
             failure = given.code
        from given
       where messages.id = given.id
         and messages.id = any(array(select given.id from given))
         and messages.fence = given.fence
      returning messages.id, messages.user_id, messages.channel_id, messages.status, given.gone
    )${tries.some(isOfChannel) ? channelParts(tries, at, real) : sql``}
    select settled.id,
           settled.status
      from settled`;
  for (const { status } of rows) report[status === "pending" ? "delayed" : (status as "sent" | "failed")]++;
  emitEnds(tries, new Map(rows.map((row) => [row.id, row.status])), real);
  const failed = new Set(rows.filter(({ status }) => status === "failed").map(({ id }) => id));
  for (const [index, { message }] of tries.entries()) {
    const { id, requestId, kind, channel } = message;
    if (failed.has(id))
      logger.error("message given up", {
        ...(requestId !== null && { requestId }),
        messageId: id,
        kind,
        channel: channel?.kind,
        code: ends[index]?.code,
      });
  }
  return report;
}

const isOfChannel = ({ message }: Try) => message.channel !== null || message.slotAt !== null;

/**
 * The parts of the statement that settles messages of channels: what becomes of the alerts in them, of the channels
 * themselves, and of what none of them took before. For letters about accounts they are left out: Postgres would take
 * as long to plan them as to write the letters.
 */
function channelParts(tries: Try[], at: Date, real: Date): Fragment {
  // The mail of an account has no end of its own: SES says what became of an address.
  const because = sql`
               case
                 when told.gone then 'gone'
                 when channels.kind <> 'email'
                      and not told.works
                      and channels.failing_since < ${real}::timestamptz - ${failingFor}::interval then 'failing'
               end`;
  const letters = Outbox.enqueueLetters("channel_off", sql`off`);
  const logged = tries.filter(({ message }) => message.channel?.kind === "webhook");
  return sql`, delivered as (
      update alert_deliveries
         set status = settled.status,
             because = case when settled.status = 'failed' then 'channel' end
        from settled
       where alert_deliveries.message_id = settled.id
         and alert_deliveries.status in ('pending', 'failed')
         and settled.status in ('sent', 'failed')
    ), told as (
      select settled.channel_id,
             bool_or(settled.status = 'sent') as works,
             bool_or(settled.gone) as gone
        from settled
       where settled.channel_id is not null
       group by settled.channel_id
    ), noted as (
      update channels
         set worked_at = case when told.works then ${real}::timestamptz else channels.worked_at end,
             failing_since = case when not told.works then coalesce(channels.failing_since, ${real}::timestamptz) end,
             status = case when ${because} is null then channels.status else 'off' end,
             off_because = coalesce(${because}, channels.off_because)
        from told
       where channels.id = told.channel_id
         and channels.status = 'on'
      returning channels.*
    ), off as (
      select noted.id || noted.version as key,
             noted.user_id,
             users.email,
             users.email_key,
             jsonb_build_object('channel', noted.kind, 'shown', noted.shown, 'because', noted.off_because) as data
        from noted
        join users on users.id = noted.user_id
       where noted.status = 'off'
         and users.email_verified
    ), ${bringMissed(tries, at, real)}, counted as (${letters.counted}), queued as (${letters.queued}), logged as (
      insert into channel_tries (id, channel_id, message_id, at, outcome, code, milliseconds, answer)
      select tried.id, settled.channel_id, settled.id, ${real}, tried.outcome, tried.code, tried.milliseconds, tried.answer
        from unnest(
               ${logged.map(() => newId("try", real))}::text[],
               ${logged.map(({ message }) => message.id)}::text[],
               ${logged.map(({ outcome }) => outcome.status)}::text[],
               ${logged.map(({ outcome }) => ("code" in outcome ? outcome.code.slice(0, 60) : null))}::text[],
               ${logged.map(({ milliseconds }) => Math.round(milliseconds))}::integer[],
               ${logged.map(({ outcome }) => outcome.answer ?? null)}::text[]
             ) as tried (id, message_id, outcome, code, milliseconds, answer)
        join settled on settled.id = tried.message_id
    )`;
}

/** Within how many milliseconds of its moment an alert counts as sent in time for the service level (docs/alarms.md). */
const inTime = 120_000;

/** Emits what became of the messages that ended: alerts in time, late or given up, and letters given up. */
function emitEnds(tries: Try[], statuses: Map<string, string>, real: Date): void {
  const ended = tries.filter(({ message }) => ["sent", "failed"].includes(statuses.get(message.id) ?? ""));
  if (ended.length === 0) return;
  const isGivenUp = ({ message }: Try) => statuses.get(message.id) === "failed";
  const alerts = ended.filter(({ message }) => message.slotAt !== null);
  const sent = alerts.filter((each) => !isGivenUp(each) && real.getTime() - Number(each.message.slotAt) <= inTime);
  Metric.emit({
    AlertsInTime: [sent.length, "Count"],
    AlertsLate: [alerts.length - sent.length, "Count"],
    AlertsGivenUp: [alerts.filter(isGivenUp).length, "Count"],
    LettersGivenUp: [ended.filter((each) => isGivenUp(each) && laneOf(each.message) === "email").length, "Count"],
  });
}
