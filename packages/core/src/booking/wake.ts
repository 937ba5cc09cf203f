import { type Due, hints } from "../base/due.ts";
import { env } from "../base/env.ts";
import { hurry } from "../base/hurry.ts";

/** Redis knows when the next step of a booking is due; Postgres is the truth (base/due.ts). */
export const steps: Due = hints.bookings;
export const note = steps.note;

/** Has a booking's step taken at once. A wake that is lost costs a minute: the clock takes the step. */
export async function wake(id: string): Promise<void> {
  await hurry(env.BOOK_LAMBDA_URL, { booking: id });
}
