import { hints, look, whenDue } from "../base/due.ts";
import { nextDue } from "../outbox.ts";
import { deliver } from "./deliver.ts";
import type { Report } from "./settle.ts";

/** Sends the messages that are due at `at`. While nothing waits Postgres is not asked. A repeated tick does no harm. */
export async function tick(at: Date, real: Date): Promise<Report> {
  const report = await whenDue(
    hints.messages,
    at,
    () => deliver(at, { real }),
    () => nextDue(at),
  );
  return report ?? { sent: 0, delayed: 0, failed: 0 };
}

/** Sends them because something was queued just now, so that the clock need not look again. */
export async function sendNow(at: Date, real: Date): Promise<Report> {
  return look(
    hints.messages,
    at,
    () => deliver(at, { real }),
    () => nextDue(at),
  );
}
