import { sql } from "../base/db.ts";
import { note, wake } from "./wake.ts";

/**
 * Takes what a seller or the card's company tells as a hint that a booking changed: its step is due at once, and reads
 * what is so. After one about the `order` that is read, as soon as no other step is being taken; after one about a failed
 * `refund`, which may have counted as paid, all refunds are. A hint about no booking of ours does nothing.
 */
export async function hint(booking: string, at: Date, about?: "order" | "refund"): Promise<void> {
  await note(at);
  const waits = sql`bookings.step in ('act', 'change_act', 'find', 'refund', 'lapse')`;
  // The reminders of a journey may be over before the journey is.
  const rests = sql`(bookings.status = 'confirmed' and bookings.seller_order is not null and coalesce(bookings.step, 'remind') = 'remind')`;
  const isReturned = sql`(
    (bookings.status = 'cancelled' and bookings.step is null and bookings.payment = 'refunded')
    or (${rests} and bookings.payment = 'paid' and bookings.returns <> '[]')
  )`;
  const [row] =
    about === "order"
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
       set due_at = ${at},
           step = case when ${isReturned} then 'refund' else bookings.step end,
           step_at = case when ${isReturned} then ${at} else bookings.step_at end
     where bookings.id = ${booking}
       and (bookings.due_at > ${at} and ${waits} or ${about === "refund"} and ${isReturned})
    returning bookings.id`;
  if (row) await wake(booking);
}
