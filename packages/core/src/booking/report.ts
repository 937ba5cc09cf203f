import { sql } from "../base/db.ts";
import { note, wake } from "./wake.ts";

/**
 * Takes what a seller or the card's company tells as a hint that a booking changed: its step is due at once, and reads
 * what is so. A hint about no booking of ours does nothing.
 */
export async function hint(booking: string, at: Date): Promise<void> {
  await note(at);
  const [row] = await sql`
    update bookings
       set due_at = ${at}
     where bookings.id = ${booking}
       and bookings.due_at > ${at}
       and bookings.step in ('act', 'find', 'refund', 'lapse')
    returning bookings.id`;
  if (row) await wake(booking);
}
