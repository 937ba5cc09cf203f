import { sql } from "../base/db.ts";
import type { Criteria } from "../flight.ts";
import { columns, type Row } from "../rule.ts";
import { missing } from "./errors.ts";
import type { Info } from "./schema.ts";
import { subjectColumns } from "./select.ts";
import { fromStored, type StoredSubject, type Subject } from "./subject.ts";

/** The reading that a change is based on; amounts in minor units, instants in UTC milliseconds. */
export type CurrentWatch = Row & {
  what: Subject;
  /** The first of its fares. */
  first: Criteria;
  fareId: string;
  /** The text that identifies its basket; null when one fare is watched. */
  basket: string | null;
  endsOn: string | null;
  endsAt: number | null;
  pausedBecause: Info["pausedBecause"];
  /** The last day of a watch that was moved in, as its days may not be sold yet. */
  lastDay: string | null;
  endedBecause: "booked" | "time" | null;
  bookedPrice: number | null;
  /** Null for all of its owner's. */
  channels: string[] | null;
  /** As the owner set it. */
  timeZone: string | null;
  checkedAt: number | null;
  /** When its owner last had it checked at once. */
  askedAt: number | null;
};

/** @throws Problem `watch.missing` (also for another user's) */
export async function readCurrent(userId: string, id: string): Promise<CurrentWatch> {
  const [row] = await sql`
    select ${columns},
           ${subjectColumns},
           (extract(epoch from price_watches.ends_at) * 1000)::float8 as "endsAt",
           price_watches.paused_because as "pausedBecause",
           case
             when price_watches.legacy_id is not null then
               coalesce(
                 (
                   select max(greatest(part.departure_date, part.return_date))
                     from basket_fares
                     join fares as part on part.id = basket_fares.fare_id
                    where basket_fares.basket_id = fares.id
                 ),
                 greatest(price_watches.departure_date, price_watches.return_date)
               )::text
           end as "lastDay",
           price_watches.ended_because as "endedBecause",
           price_watches.booked_price::float8 as "bookedPrice",
           price_watches.channels,
           (select users.time_zone from users where users.id = price_watches.user_id) as "timeZone",
           fares.id as "fareId",
           fares.basket,
           (extract(epoch from fares.checked_at) * 1000)::float8 as "checkedAt",
           (extract(epoch from price_watches.asked_at) * 1000)::float8 as "askedAt"
      from price_watches
      join watch_fares on watch_fares.watch_id = price_watches.id
      join fares on fares.id = watch_fares.fare_id
     where price_watches.id = ${id}
       and price_watches.user_id = ${userId}`;
  if (!row) throw missing();
  const found = row as CurrentWatch & StoredSubject;
  const { origin, destination, departureDate, returnDate, adults, childAges, infants, cabin, maxStops, currency } =
    found;
  const journey = { origin, destination, departureDate, returnDate };
  return {
    ...found,
    first: { ...journey, adults, childAges, infants, cabin, maxStops, currency },
    what: fromStored(found),
  };
}
