import { sql, utc } from "../base/db.ts";
import * as Moved from "../moved.ts";
import { trendColumns } from "./trend.ts";

/** The subject's columns: the first fare, and the rest of the subject. */
export const subjectColumns = sql`
           price_watches.origin_code as origin,
           price_watches.destination_code as destination,
           price_watches.departure_date::text as "departureDate",
           price_watches.return_date::text as "returnDate",
           price_watches.what,
           price_watches.adults,
           price_watches.child_ages as "childAges",
           price_watches.infants,
           price_watches.class as cabin,
           price_watches.max_stops as "maxStops",
           price_watches.currency,
           price_watches.ends_on::text as "endsOn"`;

/**
 * Selects watches with their fare, or with their basket and its fares: `next` is the fare that is priced first,
 * `cheapest` the fare whose price it is. A `where` clause must follow. Each `offset 0` makes Postgres find the rows by
 * index for these watches alone; without it the planner reads the baskets of all fares.
 */
export const selectWatches = sql`
    select price_watches.id,
           ${subjectColumns},
           json_build_object(
             'target', price_watches.target_price,
             'drop', (price_watches.alert_threshold * 10000)::int,
             'newLow', price_watches.new_low,
             'routeLow', price_watches.route_low
           ) as rules,
           price_watches.channels,
           parts.count as fares,
           price_watches.is_active as "isActive",
           ${utc(sql`price_watches.snoozed_until`)} as "snoozedUntil",
           price_watches.paused_because as "pausedBecause",
           ${utc(sql`price_watches.ends_at`)} as "endsAt",
           ${utc(sql`price_watches.ended_at`)} as "endedAt",
           price_watches.booked_price::float8 as "bookedPrice",
           price_watches.series,
           fares.source,
           ${utc(sql`fares.source_since`)} as "sourceSince",
           fares.price::float8 as "currentPrice",
           case
             when fares.price is not null and cheapest.id is not null then
               json_build_object(
                 'origin', cheapest.origin,
                 'destination', cheapest.destination,
                 'departureDate', cheapest.departure_date,
                 'returnDate', cheapest.return_date
               )
           end as cheapest,
           fares.lowest::float8 as "lowestPrice",
           fares.highest::float8 as "highestPrice",
           ${trendColumns},
           ${utc(sql`fares.checked_at`)} as "checkedAt",
           ${utc(sql`next.due_at`)} as "nextCheckAt",
           case
             when next.due_because is not null and next.due_at is not null then
               json_build_object(
                 'because', next.due_because,
                 'departureDate', next.departure_date,
                 'checkedAt', ${utc(sql`next.checked_at`)}
               )
           end as next,
           ${utc(sql`price_watches.created_at`)} as "createdAt",
           ${Moved.of("watches", sql`price_watches.legacy_id`)} as moved
      from price_watches
     cross join lateral (
             select watch_fares.fare_id,
                    watch_fares.live
               from watch_fares
              where watch_fares.watch_id = price_watches.id
             offset 0
           ) as watch_fares
     cross join lateral (
             select fares.id,
                    fares.basket,
                    fares.source,
                    fares.source_since,
                    fares.price,
                    fares.lowest,
                    fares.highest,
                    fares.status,
                    fares.changed_at,
                    fares.days,
                    fares.day_lows,
                    fares.checked_at
               from fares
              where fares.id = watch_fares.fare_id
             offset 0
           ) as fares
     cross join lateral (
             select case when fares.basket is null then 1 else count(*)::int end as count,
                    case
                      when fares.basket is null then fares.id
                      else (array_agg(part.id order by part.due_at, part.id) filter (where part.due_at is not null))[1]
                    end as next_id,
                    case
                      when fares.basket is null then fares.id
                      else (
                             array_agg(part.id order by basket_fares.price <> fares.price, basket_fares.price, part.id)
                               filter (where basket_fares.price is not null)
                           )[1]
                    end as cheapest_id
               from basket_fares
              cross join lateral (
                      select part.id,
                             part.due_at
                        from fares as part
                       where part.id = basket_fares.fare_id
                      offset 0
                    ) as part
              where basket_fares.basket_id = fares.id
           ) as parts
      left join fares as cheapest on cheapest.id = parts.cheapest_id
      left join fares as next on next.id = parts.next_id and watch_fares.live`;

export function selectWatch(userId: string, id: string) {
  return sql`
    ${selectWatches}
     where price_watches.id = ${id}
       and price_watches.user_id = ${userId}`;
}
