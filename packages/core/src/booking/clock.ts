import { look } from "../base/due.ts";
import { holdTargets } from "./holdtargets.ts";
import { run } from "./run.ts";
import { steps } from "./wake.ts";
import { nextDue } from "./work.ts";

/**
 * Holds the flights of watches that reached their target, takes the steps that are due at `at`, and notes when the next
 * is. Safe to run twice, or concurrently.
 */
export async function tick(at: Date): Promise<{ bookings: number; held: number }> {
  const work = async () => {
    const held = await holdTargets(at);
    return { held, bookings: await run(at) };
  };
  return look(steps, at, work, () => nextDue());
}
