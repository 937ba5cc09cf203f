import { sql } from "../base/db.ts";

/** The wishes (`when.ts`) in a row of `users`, as JSON. */
export const wishes = sql`
           jsonb_build_object(
             'timeZone', users.time_zone,
             'messagesADay', users.messages_a_day,
             'digestAt', extract(epoch from users.digest_at) / 60,
             'quiet',
             case
               when users.quiet_from is not null then
                 jsonb_build_object(
                   'from', extract(epoch from users.quiet_from) / 60,
                   'to', extract(epoch from users.quiet_to) / 60
                 )
             end,
             'pausedUntil', users.messages_paused_until::text
           )`;
