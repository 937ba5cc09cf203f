import { sql } from "../base/db.ts";
import { gatherMs } from "../base/gather.ts";
import { isAboveFloor, isBasket, isFare } from "./match.ts";

/** From this number of fares in a tick on nothing is gathered: Postgres is awake all the time. */
const busy = 100;

/**
 * When the next sweep has something to do, after one at `at` that has priced `fares`: a fare, a basket, or a watch whose
 * time is over; null where there is nothing. While little is due, it gathers: the moment is then the next full half hour
 * (GATHER_MINUTES), except for a fare whose watch is new. A fare that a worker holds is due.
 */
export async function nextDue(at: Date, fares: number): Promise<Date | null> {
  const [row] = await sql`
    select extract(epoch from least(
             (select min(fares.due_at) from fares where ${isFare} and ${isAboveFloor}),
             (select min(fares.due_at) from fares where ${isBasket} and fares.due_at is not null),
             (select min(price_watches.ends_at) from price_watches where price_watches.ended_at is null)
           ))::float8 * 1000 as any,
           extract(epoch from (
             select min(fares.due_at)
               from fares
              where ${isFare}
                and ${isAboveFloor}
                and fares.due_at <= ${new Date(at.getTime() + gatherMs())}::timestamptz
                and fares.due_because = 'new'
           ))::float8 * 1000 as new`;
  const [first, begun] = [row?.any as number | null, row?.new as number | null];
  if (first === null) return null;
  // What is due already was left over: it is taken at the next tick.
  if (fares >= busy || first <= at.getTime() || gatherMs() === 0) return new Date(first);
  return new Date(Math.min(Math.ceil(first / gatherMs()) * gatherMs(), begun ?? Number.POSITIVE_INFINITY));
}
