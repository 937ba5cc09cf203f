import { type Fragment, sql } from "../base/db.ts";
import type { KeptOffer } from "../flight.ts";
import * as Outbox from "../outbox.ts";

/** A booking, and the claim under which it was changed. */
type Claimed = { id: string; fence: string };

/** Records an event of a booking, if the statement before has changed it: its fence says so. */
export function changed(booking: Claimed, event: string, at: Date): Fragment {
  return sql`
    insert into booking_events (booking_id, number, at, kind)
    select bookings.id,
           1 + (select count(*) from booking_events where booking_events.booking_id = bookings.id),
           ${at},
           ${event}
      from bookings
     where bookings.id = ${booking.id}
       and bookings.fence = ${booking.fence}::bigint`;
}

/**
 * Queues the messages about an event. They carry the account's first name, the route, the days and our reference: no
 * ticket, no other name, and not the airline's reference.
 */
export function told(booking: Claimed & { offer: { kept: KeptOffer } }, event: string, at: Date): Fragment[] {
  if (!(Outbox.bookingEvents as readonly string[]).includes(event)) return [];
  const { slices } = booking.offer.kept;
  const [first, back] = [slices[0]!, slices[1]];
  const journey = {
    bookingId: booking.id,
    event,
    origin: first.origin,
    destination: first.destination,
    departureDate: first.departingAt.slice(0, 10),
    returnDate: back?.departingAt.slice(0, 10) ?? null,
  };
  return [
    sql`
    with told as (
      select bookings.id || ${event} as key,
             users.id as user_id,
             users.email,
             users.email_verified as proven,
             null::text[] as channels,
             ${at}::timestamptz as at,
             ${at}::timestamptz as due_at,
             ${JSON.stringify(journey)}::jsonb
               || jsonb_build_object('reference', bookings.booking_reference, 'firstName', users.first_name) as data
        from bookings
        join users on users.id = bookings.user_id
       where bookings.id = ${booking.id}
         and bookings.fence = ${booking.fence}::bigint
    )
    ${Outbox.enqueueEach("booking_changed", sql`told`)}`,
  ];
}
