import { type Fragment, sql } from "../base/db.ts";

/**
 * The first moment from `at` on that is outside the quiet hours in a row of `users`, computed in the statement. Quiet
 * hours are in the user's time zone, or in UTC where the database does not know the zone.
 */
export function afterQuietHours(at: Date): Fragment {
  const zone = sql`
    case when users.time_zone in (select pg_timezone_names.name from pg_timezone_names) then users.time_zone else 'UTC' end`;
  const local = sql`(${at}::timestamptz at time zone ${zone})`;
  return sql`
    case
      when users.quiet_from is null then ${at}::timestamptz
      when case
             when users.quiet_from < users.quiet_to then
               ${local}::time >= users.quiet_from and ${local}::time < users.quiet_to
             else ${local}::time >= users.quiet_from or ${local}::time < users.quiet_to
           end then
        (${local}::date + users.quiet_to + case when ${local}::time < users.quiet_to then interval '0' else interval '1 day' end)
          at time zone ${zone}
      else ${at}::timestamptz
    end`;
}
