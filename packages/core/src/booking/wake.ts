import { type Due, due } from "../base/due.ts";
import { env } from "../base/env.ts";
import { describeError, logger } from "../base/log.ts";
import * as Queue from "../base/queue.ts";

/** Redis knows when the next step of a booking is due; Postgres is the truth (base/due.ts). */
export const steps: Due = due("bookings:due");
export const note = steps.note;

/** Has a booking's step taken at once. A wake that is lost costs a minute: the clock takes the step. */
export async function wake(id: string): Promise<void> {
  const url = env.BOOKING_QUEUE_URL;
  if (!url) return;
  await Queue.send(url, { booking: id }).catch((error: unknown) =>
    logger.warn("booking not woken", { booking: id, error: describeError(error) }),
  );
}
