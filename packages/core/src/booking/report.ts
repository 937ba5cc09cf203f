import { sql } from "../base/db.ts";
import { note, wake } from "./wake.ts";

/**
 * Takes what a seller or the card's company tells as a hint that a booking changed: its step is due at once, and reads
 * what is so. With `hasChanged` the order itself is read, as soon as no other step is being taken. A hint about no booking
 * of ours does nothing.
 */
export async function hint(booking: string, at: Date, hasChanged = false): Promise<void> {
  await note(at);
  const waits = sql`bookings.step in ('act', 'change_act', 'find', 'refund', 'lapse')`;
  // The reminders of a journey may be over before the journey is.
  const rests = sql`(bookings.status = 'confirmed' and bookings.seller_order is not null and coalesce(bookings.step, 'remind') = 'remind')`;
  const [row] = hasChanged
    ? await sql`
    update bookings
       set hints = bookings.hints + 1,
           step = case when ${rests} then 'remind' else bookings.step end,
           step_at = case when ${rests} and bookings.step is null then ${at} else bookings.step_at end,
           due_at = case when ${rests} or ${waits} then least(bookings.due_at, ${at}) else bookings.due_at end
     where bookings.id = ${booking}
    returning bookings.id`
    : await sql`
    update bookings
       set due_at = ${at}
     where bookings.id = ${booking}
       and bookings.due_at > ${at}
       and ${waits}
    returning bookings.id`;
  if (row) await wake(booking);
}
