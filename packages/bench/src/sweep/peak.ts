import { hints } from "@travel-conductor/core/base/due";
import { quantile } from "../figures.ts";
import { startProgram } from "../program.ts";
import type { Databases } from "./databases.ts";
import { fill } from "./fill.ts";
import { format, hours, tries } from "./timing.ts";

const fares = 4_000;
const each = 20;

/** The program's report of a sweep, and the peak of resident memory (bytes, Linux's VmHWM). */
type Result = { report: { fares: number; alerts: number; failures: number }; peak: number };

/**
 * Returns the peak memory (MB) of the bundled worker during a sweep, in a process of its own: the provider, the stores
 * and the bench are outside it.
 * @throws Error when the sweep was incomplete
 */
export async function peak(databases: Databases): Promise<number> {
  const client = await databases.connect("product");
  const at = new Date(Date.now() - hours);
  await fill(client, { fares, each, at, target: "price * 8 / 10", threshold: 0.1 });
  const program = await startProgram(new URL("./bundle.ts", import.meta.url));
  const peaks: number[] = [];
  for (let round = 0; round < tries; round++) {
    await client.query("update fares set due_at = now(), checked_at = now() - interval '6 hours'");
    // The statement above tells no clock, which the product's own do.
    await hints.fares.note(new Date());
    const { report, peak } = await program.ask<Result>(fares);
    if (report.fares !== fares || report.failures > 0) {
      throw new Error(`no figure is worth printing: ${report.failures} of ${report.fares} fares failed`);
    }
    peaks.push(peak / 1e6);
    console.log(`  ${format(fares)} fares, ${format(report.alerts)} alerts: at most ${format(peak / 1e6)} MB`);
  }
  await program.stop();
  await databases.clear();
  return quantile(peaks, 0.5);
}
