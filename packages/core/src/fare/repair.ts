import { sql } from "../base/db.ts";
import { lowerFloor } from "./floor.ts";
import { isFare } from "./match.ts";

/**
 * The condition that a row of `fares` has a live watch, by itself or through a basket. `offset 0` makes Postgres look
 * each up by index instead of reading all watches.
 */
const isWatched = sql`
               exists (select from watch_fares where watch_fares.fare_id = fares.id and watch_fares.live offset 0)
               or exists (
                    select
                      from basket_fares
                      join watch_fares on watch_fares.fare_id = basket_fares.basket_id
                     where basket_fares.fare_id = fares.id
                       and watch_fares.live
                    offset 0
                  )`;

/**
 * Repairs watched fares without a `due_at`. A watch schedules its fares in its own transaction but skips rows that a
 * sweep has locked and retries them; a crash before the retry leaves the fare unscheduled. Skips locked rows and leaves
 * them to the next run. Also repairs a floor that is above a due fare.
 */
export async function repair(at: Date): Promise<{ roused: number }> {
  const rows = await sql`
    with resting as materialized (
      select fares.id
        from fares
       where fares.due_at is null
         and ${isFare}
         and fares.departure_date > ${at}::timestamptz at time zone 'utc' - interval '36 hours'
         and (${isWatched})
       order by fares.id
         for no key update of fares skip locked
    ) ${lowerFloor}
    update fares
       set due_at = ${at},
           due_because = 'new'
      from resting
     where fares.id = resting.id
    returning fares.id`;
  return { roused: rows.length };
}
