import { sql } from "../base/db.ts";
import { describeError, logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import * as Fare from "../fare.ts";
import { type AlertOf, readAlerts } from "./alerts.ts";
import type { Claimed, Words } from "./claim.ts";
import { wordsOf } from "./compose.ts";
import { type Standing, standingOf } from "./still.ts";
import { restOf } from "./when.ts";

/** How long a message that was held waits for a newer price (ms), and how long between two looks (s). */
const patience = 15 * 60_000;
const lookAgain = 30;

/** The messages to send, with their words, and how many were given up. */
export type Prepared = { ready: Ready[]; failed: number };
export type Ready = { message: Claimed; words: Words };

type Decision =
  | { message: Claimed; next: "send"; words: Words; dropped: Dropped[] }
  | { message: Claimed; next: "wait" }
  | { message: Claimed; next: "rest"; until: number; because: "quiet" | "paused" }
  | { message: Claimed; next: "drop"; dropped: Dropped[] }
  | { message: Claimed; next: "fail"; code: string };
type Dropped = { alertId: string; because: Extract<Standing, "price" | "over"> };

/**
 * Writes the words of the messages that have none yet, before they are first tried. One for a person who has quiet hours
 * or a pause now rests until their end. One that was held is looked at again: an alert that holds no longer is left out,
 * and where the newest check is old, its fare is made due and the message waits for it, for a quarter of an hour at most.
 * A message without any alert left is dropped. At most three requests.
 */
export async function prepare(claimed: Claimed[], at: Date, real: Date, app: string): Promise<Prepared> {
  const resting = claimed.flatMap((message): Decision[] => {
    const rest = isToPerson(message) && message.wishes ? restOf(message.wishes, at.getTime()) : null;
    return rest ? [{ message, next: "rest", ...rest }] : [];
  });
  const rests = new Set(resting.map(({ message }) => message));
  const awake = claimed.filter((message) => !rests.has(message));
  const fresh = awake.filter(({ words }) => words === null);
  const ready = awake.flatMap((message) => (message.words ? [{ message, words: message.words }] : []));
  if (fresh.length + resting.length === 0) return { ready, failed: 0 };
  const ofAlerts = fresh.filter(isOfAlerts);
  const alerts = new Map<string, AlertOf[]>(ofAlerts.map(({ id }) => [id, []]));
  for (const alert of await readAlerts(ofAlerts.map(({ id }) => id))) alerts.get(alert.messageId)?.push(alert);
  const decisions = [...fresh.map((message) => decide(message, alerts.get(message.id) ?? [], at, app)), ...resting];
  const waiting = decisions.flatMap(({ next, message }) => (next === "wait" ? (alerts.get(message.id) ?? []) : []));
  if (waiting.length > 0) await Fare.hasten([...new Set(waiting.map(({ now }) => now.fareId))], at);
  const written = new Map(await write(decisions, at, real));
  for (const each of decisions) {
    const { id, kind } = each.message;
    const next = written.get(id);
    if (each.next === "send" && next === "send") ready.push({ message: each.message, words: each.words });
    if (each.next === "fail" && next === "fail")
      logger.error("message given up", { messageId: id, kind, code: each.code });
  }
  return { ready, failed: [...written.values()].filter((next) => next === "fail").length };
}

/** Messages about watches, where a machine does not read them; letters about the account and tests go at any hour. */
const isToPerson = ({ kind, channel }: Claimed) =>
  ["alerts", "digest", "watch_ended", "watch_paused"].includes(kind) && channel?.kind !== "webhook";

const isOfAlerts = ({ kind }: Claimed) => kind === "alerts" || kind === "digest";

function decide(message: Claimed, alerts: AlertOf[], at: Date, app: string): Decision {
  try {
    if (!isOfAlerts(message)) return { message, next: "send", words: wordsOf(message, [], at, app), dropped: [] };
    if (message.channel?.kind === "email" && !message.isProven) return { message, next: "fail", code: "unproven" };
    const standings = alerts.map((alert) => (message.held ? standingOf(alert, at) : "yes"));
    const waits = message.checkedUntil === null || message.checkedUntil > at.getTime();
    if (standings.includes("unknown") && waits) return { message, next: "wait" };
    const dropped = alerts.flatMap(({ id: alertId }, index): Dropped[] => {
      const because = standings[index];
      return because === "price" || because === "over" ? [{ alertId, because }] : [];
    });
    const left = alerts.filter((_, index) => standings[index] === "yes" || standings[index] === "unknown");
    if (left.length === 0) return { message, next: "drop", dropped };
    return { message, next: "send", words: wordsOf(message, left, at, app), dropped };
  } catch (error) {
    logger.error("message unreadable", { messageId: message.id, kind: message.kind, error: describeError(error) });
    Metric.emit({ RowsAtFault: [1, "Count"] });
    return { message, next: "fail", code: "unreadable" };
  }
}

/** @returns the messages that were still held under their claims, and what was done */
async function write(decisions: Decision[], at: Date, real: Date): Promise<[id: string, next: string][]> {
  const dropped = decisions.flatMap((each) =>
    "dropped" in each ? each.dropped.map((one) => ({ ...one, messageId: each.message.id })) : [],
  );
  const given = decisions.map((each) => ({
    id: each.message.id,
    fence: each.message.fence,
    next: each.next,
    ...(each.next === "send" && { words: each.words }),
    ...(each.next === "fail" && { code: each.code }),
    ...(each.next === "rest" && { until: new Date(each.until).toISOString(), because: each.because }),
  }));
  const rows = await sql`
    with given as (
      select *
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
               as given (id text, fence bigint, next text, words jsonb, code text, until timestamptz, because text)
    ), dropped as (
      select *
        from unnest(
               ${dropped.map(({ messageId }) => messageId)}::text[],
               ${dropped.map(({ alertId }) => alertId)}::text[],
               ${dropped.map(({ because }) => because)}::text[]
             ) as dropped (message_id, alert_id, because)
    ), written as (
      update messages
         set words = coalesce(given.words, messages.words),
             tried_at = case given.next when 'send' then ${real}::timestamptz else messages.tried_at end,
             held = messages.held or given.next = 'rest',
             status = case given.next when 'drop' then 'dropped' when 'fail' then 'failed' else 'pending' end,
             email = case when given.next in ('send', 'wait', 'rest') then messages.email end,
             data = case when given.next in ('send', 'wait', 'rest') then messages.data end,
             settled_at = case when given.next in ('drop', 'fail') then ${real}::timestamptz end,
             failure = given.code,
             claimed_until = case given.next when 'send' then messages.claimed_until end,
             attempts = messages.attempts - case when given.next in ('wait', 'rest') then 1 else 0 end,
             due_at = case given.next
                        when 'rest' then given.until
                        when 'wait' then
                          greatest(messages.due_at, ${at}::timestamptz) + ${lookAgain} * interval '1 second'
                        else messages.due_at
                      end,
             checked_until = case given.next when 'wait' then
                               coalesce(messages.checked_until, ${at}::timestamptz + ${patience} * interval '1 millisecond')
                             else messages.checked_until end
        from given
       where messages.id = given.id
         and messages.id = any(array(select given.id from given))
         and messages.fence = given.fence
      returning messages.id, given.next, given.because
    ), rested as (
      update alert_deliveries
         set held_because = coalesce(alert_deliveries.held_because, written.because)
        from written
       where alert_deliveries.message_id = written.id
         and alert_deliveries.status = 'pending'
         and written.next = 'rest'
    ), over as (
      update alert_deliveries
         set status = 'dropped',
             because = dropped.because
        from dropped
        join written on written.id = dropped.message_id
       where alert_deliveries.alert_id = dropped.alert_id
         and alert_deliveries.message_id = dropped.message_id
    ), lost as (
      update alert_deliveries
         set status = 'failed',
             because = 'channel'
        from written
       where alert_deliveries.message_id = written.id
         and alert_deliveries.status = 'pending'
         and written.next = 'fail'
    )
    select written.id,
           written.next
      from written`;
  return rows.map(({ id, next }) => [String(id), String(next)]);
}
