import { holdTargets } from "./holdtargets.ts";
import { run } from "./run.ts";
import { steps } from "./wake.ts";
import { nextDue } from "./work.ts";

/** Holds the flights of watches that reached their target, and takes the steps that are due at `at`. While nothing waits Postgres is not asked. Safe to run twice, or concurrently. */
export async function tick(at: Date): Promise<{ bookings: number; held: number }> {
  const { noted, isDue } = await steps.read(at);
  if (!isDue) return { bookings: 0, held: 0 };
  const held = await holdTargets(at);
  const bookings = await run(at);
  await steps.noteNext(noted, await nextDue(), at);
  return { bookings, held };
}
