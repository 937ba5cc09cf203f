import { hints, look } from "../base/due.ts";
import { nextDue } from "../outbox.ts";
import { deliver } from "./deliver.ts";
import type { Report } from "./settle.ts";

/** Sends the messages that are due at `at`, and notes when the next is. Safe to run twice, or concurrently. */
export async function tick(at: Date, real: Date): Promise<Report> {
  return look(
    hints.messages,
    at,
    () => deliver(at, { real }),
    () => nextDue(at),
  );
}
