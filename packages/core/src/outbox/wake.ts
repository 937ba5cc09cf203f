import { due } from "../base/due.ts";
import { env } from "../base/env.ts";
import { describeError, logger } from "../base/log.ts";
import * as Queue from "../base/queue.ts";

// How the sender learns that something waits: Redis knows from when on (base/due.ts), and a message in a queue wakes the
// sender at once after the statement.

const messages = due("outbox:due");
export const { note, read: readDue, noteNext } = messages;

/** Whether a statement of this process may have queued a message since the last wake. */
let queued = false;
export function markQueued(): void {
  queued = true;
}

/** Wakes the sender after a statement that queued a message, where one did. A wake that is lost costs a minute. */
export async function wake(): Promise<void> {
  if (!queued) return;
  queued = false;
  const url = env.DELIVERY_QUEUE_URL;
  if (!url) return;
  await Queue.send(url, {}).catch((error: unknown) => logger.warn("sender not woken", { error: describeError(error) }));
}

/** Notes and wakes, for work that learns only at its end whether it queued a message. */
export async function wakeAfter(at: Date): Promise<void> {
  if (!queued) return;
  await note(at);
  await wake();
}
