import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { quantile } from "../measure.ts";
import { fill } from "./fill.ts";
import type { Stage } from "./stage.ts";
import { counted, hours, tries } from "./words.ts";

const fares = 4_000;
const each = 20;

/** What the program says of a sweep: what it came to, and the most memory that was resident (bytes, Linux's VmHWM). */
type Said = { report: { fares: number; alerts: number; failures: number }; peak: number };

/**
 * The most memory (MB) that the bundled worker took to sweep, in a process of its own: the provider, the stores and
 * the bench are outside it.
 * @throws Error when it did not sweep everything
 */
export async function peak(stage: Stage): Promise<number> {
  const client = await stage.connect("product");
  const at = new Date(Date.now() - hours);
  await fill(client, { fares, each, at, target: "price * 8 / 10", threshold: 0.1 });
  // It may import the stacks, which nothing here may.
  const program = fork(fileURLToPath(new URL("./bundle.ts", import.meta.url)), {
    env: { ...process.env, NODE_ENV: "test" },
  });
  const said = async (): Promise<Said> => {
    const quit = new AbortController();
    const ended = once(program, "exit", quit).then(() => Promise.reject(new Error("the worker's program ended")));
    const [message] = await Promise.race([once(program, "message", quit), ended]).finally(() => quit.abort());
    return message;
  };
  await said();
  const peaks: number[] = [];
  for (let round = 0; round < tries; round++) {
    await client.query("update fares set due_at = now(), checked_at = now() - interval '6 hours'");
    program.send(fares);
    const { report, peak } = await said();
    if (report.fares !== fares || report.failures > 0) {
      throw new Error(`no figure is worth printing: ${report.failures} of ${report.fares} fares failed`);
    }
    peaks.push(peak / 1e6);
    console.log(`  ${counted(fares)} fares, ${counted(report.alerts)} alerts: at most ${counted(peak / 1e6)} MB`);
  }
  const gone = once(program, "exit");
  program.disconnect();
  await gone;
  await stage.clear();
  return quantile(peaks, 0.5);
}
