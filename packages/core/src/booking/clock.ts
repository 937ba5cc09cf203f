import { run } from "./run.ts";
import { steps } from "./wake.ts";
import { nextDue } from "./work.ts";

/** Takes the steps that are due at `at`. While nothing waits Postgres is not asked. Safe to run twice, or concurrently. */
export async function tick(at: Date): Promise<{ bookings: number }> {
  const { noted, isDue } = await steps.read(at);
  if (!isDue) return { bookings: 0 };
  const bookings = await run(at);
  await steps.noteNext(noted, await nextDue(), at);
  return { bookings };
}
