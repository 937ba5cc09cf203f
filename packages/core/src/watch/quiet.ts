import { type Fragment, sql } from "../base/db.ts";
import { clocksAt } from "../base/zone.ts";

/**
 * The first moment from `at` on that is outside the quiet hours in a row of `users`, computed in the statement. Quiet
 * hours are in the user's time zone, or in UTC without one. The offsets come with the statement, from the zone data that
 * we ship: Postgres has time zone data of its own, of another age. The end of quiet hours counts as `instant` of
 * base/zone.ts does: a time that the clocks skip moves forward, of one that they show twice it is the first still ahead.
 */
export function afterQuietHours(at: Date): Fragment {
  const moment = sql`${at}::timestamptz at time zone 'utc'`;
  return sql`
    case
      when users.quiet_from is null then ${at}::timestamptz
      else (
        select case
                 when not quiet.now then ${at}::timestamptz
                 when clock.changes_at is null
                      or ends.at - clock.ahead < clock.changes_at
                      or ends.at - clock.then < clock.changes_at then (ends.at - clock.ahead) at time zone 'utc'
                 else (ends.at - clock.then) at time zone 'utc'
               end
          from (select coalesce(${JSON.stringify(clocksAt(at.getTime()))}::jsonb -> users.time_zone, '[0, null, 0]') as now) as known
         cross join lateral (
                 select make_interval(mins => (known.now ->> 0)::int) as ahead,
                        to_timestamp((known.now ->> 1)::float8) at time zone 'utc' as changes_at,
                        make_interval(mins => (known.now ->> 2)::int) as then
               ) as clock
         cross join lateral (select ${moment} + clock.ahead as at) as local
         cross join lateral (
                 select case
                          when users.quiet_from < users.quiet_to then
                            local.at::time >= users.quiet_from and local.at::time < users.quiet_to
                          else local.at::time >= users.quiet_from or local.at::time < users.quiet_to
                        end as now
               ) as quiet
         cross join lateral (
                 select local.at::date + users.quiet_to
                        + case when local.at::time < users.quiet_to then interval '0' else interval '1 day' end as at
               ) as ends
      )
    end`;
}
