import { sql } from "../base/db.ts";
import { stableId } from "../base/id.ts";
import { isolate } from "../base/isolate.ts";
import { describeError, logger } from "../base/log.ts";
import * as Metric from "../base/metric.ts";
import { requestId } from "../base/trace.ts";
import { type Slot, slotOf, type Wishes } from "./when.ts";
import { wishes } from "./wishes.ts";

/** An alert without messages, with the channels of its watch: null for all of its owner's. `at` is UTC ms. */
type Unplanned = { id: string; at: number; channels: string[] | null };

type Person = {
  userId: string;
  alerts: Unplanned[];
  wishes: Wishes;
  /** The channels that are on, and whether a machine reads them. */
  channels: { id: string; isMachine: boolean }[];
  /** When other messages of alerts go, one moment for each slot (UTC ms). */
  slots: number[];
  /** The kinds and slots (UTC ms) of messages that take no further alert. */
  closed: string[];
};

/** An alert in a message. */
type Planned = { alertId: string; channelId: string; messageId: string; because: Slot["because"] };
type Message = { id: string; userId: string; channelId: string; kind: "alerts" | "digest"; due: number; held: boolean };
type Plan = { messages: Message[]; planned: Planned[] };

/** The most people whose alerts one round plans. */
const people = 200;

/** How old (ms) an alert is when it is told to people together with all that piled up, and only where it still holds. */
const late = 3_600_000;

/**
 * Plans the messages of alerts that have none yet: which channel gets each alert, in which message, and when. Alerts of
 * one sweep are one message to a person, and on a channel of a machine one each. The id of a message follows from its
 * channel and slot, so that planning twice, or twice at once, gives the same messages. An alert whose owner has no
 * channel that is on stays in the list of alerts alone, as does one whose owner's settings cannot be read. What piled up
 * while nothing was planned for an hour comes to people as one message. @returns how many alerts were planned
 */
export async function plan(at: Date, within = 20_000): Promise<number> {
  const until = Date.now() + within;
  let planned = 0;
  for (let more = true; more && Date.now() < until; ) {
    const found = await readUnplanned(at);
    const waited = found.flatMap(({ alerts }) => alerts.filter((alert) => alert.at <= at.getTime() - late));
    // Their messages count as in time from now on.
    if (waited.length > 0) Metric.emit({ AlertsLate: [waited.length, "Count"] });
    let done = 0;
    await isolate(found, {
      until,
      work: async (part) => {
        done += await write(
          part.open,
          part.open.map((person) => messagesOf(person, at.getTime())),
          at,
        );
        part.open = [];
      },
      giveUp: async (persons, error) => {
        logger.error("alerts not planned", { users: persons.map(({ userId }) => userId), error: describeError(error) });
        Metric.emit({ RowsAtFault: [persons.length, "Count"] });
        done += await write(persons, [], at);
      },
    });
    planned += done;
    more = found.length === people && done > 0;
  }
  return planned;
}

/** The people with the oldest alerts first. Webhooks are read by machines; feeds and calendars are fetched, not sent. */
async function readUnplanned(at: Date): Promise<Person[]> {
  const toPerson = sql`
                      messages
                 join channels on channels.id = messages.channel_id
                where messages.user_id = person.user_id
                  and channels.kind <> 'webhook'
                  and messages.slot_at > ${at}::timestamptz - interval '2 days'`;
  const rows = await sql`
    with person as (
      select alerts.user_id,
             jsonb_agg(
               jsonb_build_object(
                 'id', alerts.id,
                 'at', (extract(epoch from alerts.at) * 1000)::float8,
                 'channels', to_jsonb(price_watches.channels)
               )
               order by alerts.id
             ) as alerts
        from alerts
        join price_watches on price_watches.id = alerts.watch_id
       where alerts.planned_at is null
       group by alerts.user_id
       order by min(alerts.id)
       limit ${people}
    )
    select person.user_id as "userId",
           person.alerts,
           ${wishes} as wishes,
           coalesce(
             (
               select jsonb_agg(jsonb_build_object('id', channels.id, 'isMachine', channels.kind = 'webhook'))
                 from channels
                where channels.user_id = person.user_id
                  and channels.status = 'on'
                  and channels.kind not in ('atom', 'calendar')
                  and (channels.about is null or 'alert.created' = any (channels.about))
                  and (channels.kind <> 'email' or users.email_verified)
             ),
             '[]'
           ) as channels,
           coalesce(
             (
               select jsonb_agg(distinct slot.due)
                 from (
                        select (extract(epoch from min(messages.due_at)) * 1000)::float8 as due
                          from ${toPerson}
                           and messages.kind = 'alerts'
                           and messages.status <> 'dropped'
                         group by messages.slot_at
                      ) as slot
             ),
             '[]'
           ) as slots,
           coalesce(
             (
               select jsonb_agg(
                        distinct messages.kind || ' ' || (extract(epoch from messages.slot_at) * 1000)::bigint
                      )
                 from ${toPerson}
                  and (messages.words is not null or messages.status <> 'pending')
             ),
             '[]'
           ) as closed
      from person
      join users on users.id = person.user_id`;
  return rows as Person[];
}

function messagesOf(person: Person, now: number): Plan {
  const { userId, alerts, channels, slots } = person;
  const messages = new Map<string, Message>();
  const planned: Planned[] = [];
  const taken = [...slots];
  for (const alert of alerts) {
    const wanted = channels.filter(({ id }) => alert.channels === null || alert.channels.includes(id));
    if (wanted.some(({ isMachine }) => !isMachine)) {
      const slot = slotFor(person, taken, alert.at, now);
      if (slot.kind === "alerts") taken.push(slot.due);
      for (const { id, isMachine } of wanted) if (!isMachine) add(id, `${slot.kind} ${slot.due}`, slot);
    }
    for (const { id, isMachine } of wanted)
      if (isMachine) add(id, alert.id, { kind: "alerts", due: alert.at, held: false, because: null });

    function add(channelId: string, seed: string, { because, ...slot }: Slot) {
      const id = stableId("msg", new Date(slot.due), `${channelId} ${seed}`);
      const held = slot.held || messages.get(id)?.held === true;
      messages.set(id, { id, userId, channelId, ...slot, held });
      planned.push({ alertId: alert.id, channelId, messageId: id, because });
    }
  }
  return { messages: [...messages.values()], planned };
}

function slotFor({ wishes, closed }: Person, taken: number[], at: number, now: number): Slot {
  const isLate = at <= now - late;
  const slot = slotOf(wishes, taken, isLate ? now : at);
  if (isLate) return { ...slot, held: true, because: slot.because ?? "late" };
  return closed.includes(`${slot.kind} ${slot.due}`) ? slotOf(wishes, taken, now) : slot;
}

/**
 * Writes messages and marks the alerts, in one statement. Locks the alerts that no other run planned meanwhile. A
 * message that has its words already takes no further alert: these alerts stay unplanned, and the next run finds
 * another slot. One that is claimed, and has no words yet, is taken from its worker, which may have read the alerts in
 * it before.
 */
async function write(persons: Person[], plans: Plan[], at: Date): Promise<number> {
  if (persons.length === 0) return 0;
  const alertIds = persons.flatMap(({ alerts }) => alerts.map(({ id }) => id));
  const messages = plans.flatMap((each) => each.messages);
  const planned = plans.flatMap((each) => each.planned);
  const [row] = await sql`
    with open as materialized (
      select alerts.id
        from alerts
       where alerts.id = any(${alertIds}::text[])
         and alerts.planned_at is null
       order by alerts.id
         for no key update
    ), given as (
      select *
        from unnest(
               ${messages.map(({ id }) => id)}::text[],
               ${messages.map(({ userId }) => userId)}::text[],
               ${messages.map(({ channelId }) => channelId)}::text[],
               ${messages.map(({ kind }) => kind)}::text[],
               ${messages.map(({ due }) => new Date(due).toISOString())}::timestamptz[],
               ${messages.map(({ held }) => held)}::boolean[]
             ) as given (id, user_id, channel_id, kind, due_at, held)
    ), planned as (
      select *
        from unnest(
               ${planned.map(({ alertId }) => alertId)}::text[],
               ${planned.map(({ channelId }) => channelId)}::text[],
               ${planned.map(({ messageId }) => messageId)}::text[],
               ${planned.map(({ because }) => because)}::text[]
             ) as planned (alert_id, channel_id, message_id, because)
    ), way as materialized (
      select channels.id
        from channels
       where channels.id in (select given.channel_id from given)
       order by channels.id
         for key share
    ), written as (
      insert into messages (id, user_id, channel_id, kind, data, due_at, slot_at, held, request_id)
      select given.id, given.user_id, given.channel_id, given.kind, '{}', given.due_at, given.due_at, given.held,
             ${requestId() ?? null}
        from given
        join way on way.id = given.channel_id
       where exists (
               select from planned join open on open.id = planned.alert_id where planned.message_id = given.id
             )
       order by given.id
      on conflict (id) do update
         set fence = messages.fence + 1,
             claimed_until = null
       where messages.words is null
         and messages.status = 'pending'
      returning messages.id
    ), late as (
      select planned.alert_id
        from planned
       where planned.message_id not in (select written.id from written)
         and exists (select from messages where messages.id = planned.message_id)
    ), marked as (
      update alerts
         set planned_at = ${at}
        from open
       where alerts.id = open.id
         and open.id not in (select late.alert_id from late)
      returning alerts.id
    ), attached as (
      insert into alert_deliveries (alert_id, channel, message_id, due_at, held_because)
      select planned.alert_id, planned.channel_id, planned.message_id, given.due_at, planned.because
        from planned
        join given on given.id = planned.message_id
        join written on written.id = planned.message_id
        join marked on marked.id = planned.alert_id
      on conflict do nothing
    )
    select count(*)::int as count
      from marked`;
  return (row as { count: number }).count;
}
