import { type Fragment, sql } from "../base/db.ts";
import { hashOf } from "../base/hash.ts";
import type { Slice } from "../flight.ts";

/** A digest of the travelers; one that is booked `again` is a party of its own. */
export const digestOfParty = (travelers: string[], again: string) =>
  hashOf(JSON.stringify([[...travelers].sort(), again]));

/** What two bookings of the same party on the same flights share. */
export function twinOf(party: string, slices: Slice[]): string {
  const flown = slices.flatMap(({ segments }) =>
    segments.map(({ carrier, flightNumber, departingAt }) => `${carrier}${flightNumber} ${departingAt}`),
  );
  return hashOf(JSON.stringify([party, flown]));
}

/**
 * The twin of a booking whose flights have changed; null where another booking has these travelers on these flights
 * already, because the airline's change stands all the same.
 */
export const freeTwin = (id: string, twin: string | null): Fragment => sql`
  (select free.twin
     from (select ${twin}::text as twin) as free
    where not exists (
            select
              from bookings as other
             where other.twin = free.twin
               and other.id <> ${id}
               and other.status in ('pending', 'action_required', 'ordering', 'unknown', 'confirmed', 'held', 'changing', 'cancelling')
          ))`;
