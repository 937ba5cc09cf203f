import { sql, utc, violated } from "../db.ts";
import { Problem } from "../error.ts";
import * as Money from "../money.ts";
import { columns, type Row } from "./row.ts";
import type { Info } from "./schema.ts";

/** A watch as SQL hands it over: amounts in minor units. */
export type Shown = Omit<Info, "targetPrice" | "currentPrice" | "lowestPrice"> & {
  targetPrice: number | null;
  currentPrice: number | null;
  lowestPrice: number | null;
};

/** Every watch with what is known of its fare; a `where` is to follow. */
export const info = sql`
    select price_watches.id,
           price_watches.origin_code as origin,
           price_watches.destination_code as destination,
           price_watches.departure_date::text as "departureDate",
           price_watches.return_date::text as "returnDate",
           price_watches.adults,
           price_watches.child_ages as "childAges",
           price_watches.infants,
           price_watches.class as cabin,
           price_watches.max_stops as "maxStops",
           price_watches.currency,
           price_watches.target_price::float8 as "targetPrice",
           price_watches.alert_threshold::float8 as "alertThreshold",
           json_build_object('newLow', price_watches.new_low, 'routeLow', price_watches.route_low) as rules,
           price_watches.is_active as "isActive",
           fares.price::float8 as "currentPrice",
           fares.lowest::float8 as "lowestPrice",
           ${utc(sql`fares.checked_at`)} as "checkedAt",
           ${utc(sql`case when watch_fares.live then fares.due_at end`)} as "nextCheckAt",
           ${utc(sql`price_watches.created_at`)} as "createdAt"
      from price_watches
      join watch_fares on watch_fares.watch_id = price_watches.id
      join fares on fares.id = watch_fares.fare_id`;

export function one(userId: string, id: string) {
  return sql`
    ${info}
     where price_watches.id = ${id}
       and price_watches.user_id = ${userId}`;
}

/** @throws Problem `watch.missing` when there is no row */
export function shaped(row: Shown | undefined): Info {
  if (!row) throw missing();
  const show = (amount: number | null) => (amount === null ? null : Money.show(amount, row.currency));
  return {
    ...row,
    targetPrice: show(row.targetPrice),
    currentPrice: show(row.currentPrice),
    lowestPrice: show(row.lowestPrice),
  };
}

/**
 * When a fare is due that somebody has begun to watch at `at`: at once, but not within 30 seconds of its last check, nor
 * of the check that a worker is at just now.
 */
export function soon(at: Date) {
  return sql`
    case
      when fares.claimed_until is null then
        least(fares.due_at, greatest(${at}::timestamptz, fares.checked_at + interval '30 seconds'))
      else ${at}::timestamptz + interval '30 seconds'
    end`;
}

/** @throws Problem `watch.duplicate` when the same person has the same criteria and rules already */
export async function once<T>(written: Promise<T>): Promise<T> {
  return written.catch((error: unknown) => {
    if (violated(error) !== "watch_is_not_a_duplicate") throw error;
    throw new Problem("conflict", "watch.duplicate", "You already watch exactly this.");
  });
}

export function missing(): Problem {
  return new Problem("missing", "watch.missing", "There is no such watch.");
}

/** What a change is decided on. `checkedAt` in UTC milliseconds. @throws Problem `watch.missing` */
export async function read(userId: string, id: string): Promise<Row & { currency: string; checkedAt: number | null }> {
  const [row] = await sql`
    select ${columns},
           price_watches.currency,
           (select max(extract(epoch from fares.checked_at) * 1000)::float8
              from watch_fares
              join fares on fares.id = watch_fares.fare_id
             where watch_fares.watch_id = price_watches.id) as "checkedAt"
      from price_watches
     where price_watches.id = ${id}
       and price_watches.user_id = ${userId}`;
  if (!row) throw missing();
  return row as Row & { currency: string; checkedAt: number | null };
}
