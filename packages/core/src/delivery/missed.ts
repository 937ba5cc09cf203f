import { type Fragment, sql } from "../base/db.ts";
import { newId } from "../base/id.ts";
import { requestId } from "../base/trace.ts";
import type { Try } from "./outcome.ts";

/**
 * The parts of the settling statement that bring what no channel took: when a channel of a person took a message, the
 * unread alerts that were given up on all channels become one digest on it. It is looked at again like any message that
 * was held, so that only what still holds goes. Webhooks are left out: their owners replay what they missed.
 *
 * `heard` is a row of the statement's `settled` for each try that may have worked. Persons without messages that were
 * given up cost a look into an index that is small (`messages_given_up`).
 */
export function bringMissed(tries: Try[], at: Date, real: Date): Fragment {
  const toPeople = tries.filter(
    ({ message, outcome }) => outcome.status === "sent" && message.channel && message.channel.kind !== "webhook",
  );
  const digests = new Map(toPeople.map(({ message }) => [message.id, newId("msg", real)]));
  const taken = sql`
             select
               from alert_deliveries as other
               left join channels as elsewhere on elsewhere.id = other.channel
              where other.alert_id = alerts.id
                and other.status in ('pending', 'sent', 'dropped')
                and elsewhere.kind is distinct from 'webhook'`;
  return sql`
    heard as (
      select settled.user_id,
             settled.channel_id,
             given.digest_id
        from unnest(${[...digests.keys()]}::text[], ${[...digests.values()]}::text[]) as given (id, digest_id)
        join settled on settled.id = given.id and settled.status = 'sent'
        join channels
          on channels.id = settled.channel_id
         and channels.status = 'on'
         and (channels.about is null or 'alert.created' = any (channels.about))
    ), missed as materialized (
      select distinct on (alerts.id) alerts.id,
             heard.user_id,
             heard.channel_id,
             heard.digest_id
        from heard
        join messages as lost
          on lost.user_id = heard.user_id
         and lost.status = 'failed'
         and lost.kind in ('alerts', 'digest')
        join channels as failing on failing.id = lost.channel_id and failing.kind <> 'webhook'
        join alert_deliveries on alert_deliveries.message_id = lost.id and alert_deliveries.status = 'failed'
        join alerts on alerts.id = alert_deliveries.alert_id and alerts.read_at is null
        join price_watches
          on price_watches.id = alerts.watch_id
         and (price_watches.channels is null or heard.channel_id = any (price_watches.channels))
       where not exists (${taken})
       order by alerts.id, heard.channel_id
    ), brought as (
      insert into messages (id, user_id, channel_id, kind, data, due_at, slot_at, held, request_id)
      select distinct missed.digest_id, missed.user_id, missed.channel_id, 'digest', '{}'::jsonb, ${at}::timestamptz, ${at}::timestamptz, true, ${requestId() ?? null}
        from missed
    ), carried as (
      insert into alert_deliveries (alert_id, channel, message_id, due_at, held_because)
      select missed.id, missed.channel_id, missed.digest_id, ${at}, 'outage'
        from missed
       order by missed.id
      on conflict (alert_id, channel) do update
         set status = 'pending',
             because = null,
             message_id = excluded.message_id,
             due_at = excluded.due_at,
             held_because = excluded.held_because
       where alert_deliveries.status = 'failed'
    )`;
}
