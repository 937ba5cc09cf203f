import { hints } from "../base/due.ts";
import { env } from "../base/env.ts";
import { hurry } from "../base/hurry.ts";

// How the sender learns that something waits: Redis knows from when on (base/due.ts), and a call wakes the sender at
// once after the statement.

export const { note } = hints.messages;

/** Whether a statement of this process may have queued a message since the last wake. */
let queued = false;
export function markQueued(): void {
  queued = true;
}

/** Wakes the sender after a statement that queued a message, where one did. A wake that is lost costs a minute. */
export async function wake(): Promise<void> {
  if (!queued) return;
  queued = false;
  await hurry(env.DELIVER_LAMBDA_URL, {});
}

/** Notes and wakes, for work that learns only at its end whether it queued a message. */
export async function wakeAfter(at: Date): Promise<void> {
  if (!queued) return;
  await note(at);
  await wake();
}
