import { type Fragment, sql } from "../base/db.ts";
import type { Item } from "./schema.ts";

/** A watch, booking or alert of the caller; `days` are those of its journey. */
export type Owned = {
  kind: "watch" | "booking" | "alert";
  id: string;
  origin: string;
  destination: string;
  days: string[];
};
/** The caller's watches, bookings and alerts from or to the places that are named, those with both first. */
export function mine(userId: string, codes: string[], kinds: Item["kind"][], limit: number): Fragment {
  if (codes.length === 0) return sql`'[]'::json`;
  const ends = (origins: Fragment, destinations: Fragment) => sql`
                  (exists (select from jsonb_path_query(${origins}, '$[*]') as one (place)
                            where one.place #>> '{}' = any(${codes}::text[])))::integer
                    + (exists (select from jsonb_path_query(${destinations}, '$[*]') as one (place)
                                where one.place #>> '{}' = any(${codes}::text[])))::integer`;
  return sql`(
             select coalesce(json_agg(json_build_object('kind', kind, 'id', id, 'origin', origin,
                      'destination', destination, 'days', days) order by ends desc, id desc), '[]')
               from (
                 select *
                   from (
                     select 'watch' as kind, price_watches.id, price_watches.origin_code as origin,
                            price_watches.destination_code as destination,
                            array_remove(array[price_watches.departure_date::text, price_watches.return_date::text], null)
                              as days,
                            ${ends(
                              sql`coalesce(price_watches.what -> 'origin', to_jsonb(price_watches.origin_code))`,
                              sql`coalesce(price_watches.what -> 'destination', to_jsonb(price_watches.destination_code))`,
                            )} as ends
                       from price_watches
                      where price_watches.user_id = ${userId}
                      union all
                     select 'booking', bookings.id, bookings.flight_data ->> 'origin',
                            bookings.flight_data ->> 'destination',
                            array_remove(array[bookings.flight_data ->> 'departureDate',
                              bookings.flight_data ->> 'returnDate'], null),
                            ${ends(sql`bookings.flight_data -> 'origin'`, sql`bookings.flight_data -> 'destination'`)}
                       from bookings
                      where bookings.user_id = ${userId}
                      union all
                     (select 'alert', alerts.id, alerts.origin, alerts.destination,
                            array_remove(array[alerts.departure_date::text, alerts.return_date::text], null),
                            (alerts.origin = any(${codes}::text[]))::integer
                              + (alerts.destination = any(${codes}::text[]))::integer
                       from alerts
                      where alerts.user_id = ${userId}
                        and (alerts.origin = any(${codes}::text[]) or alerts.destination = any(${codes}::text[]))
                      order by alerts.id desc
                      limit ${limit})
                   ) as owned
                  where ends > 0
                    and kind = any(${kinds}::text[])
                    and origin is not null
                    and destination is not null
                  order by ends desc, id desc
                  limit ${limit}
               ) as owned
           )`;
}
