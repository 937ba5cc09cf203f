import { readFileSync } from "node:fs";
import { quantile } from "../figures.ts";
import type { Databases } from "./databases.ts";
import { fill } from "./fill.ts";
import { opening } from "./market.ts";
import { format, hours, start, timed, tries } from "./timing.ts";
import { startWorker } from "./worker-client.ts";

const fares = 2_000;
/**
 * `seats` is the number of calls that a worker has in flight, `takes` the time of each call (ms), `batch` the fares of
 * a claim.
 */
const load = { seats: 10, takes: 50, batch: 100 };

/**
 * Returns the speed of two processes on one due list divided by that of one, when the provider is the bottleneck.
 * @throws Error unless every fare was searched once
 */
export async function twoWorkers(databases: Databases): Promise<number> {
  const client = await databases.connect("product");
  await fill(client, { fares, each: 5, at: new Date(start), target: "price * 8 / 10", threshold: 0.1 });
  await client.end();
  const workers = [1, 2].map(() => startWorker(databases.database("product")));
  const prices = Array.from({ length: fares }, (_, index) => opening(index));
  const spent: [number[], number[]] = [[], []];
  const idle: [number[], number[]] = [[], []];
  for (let round = 0; round < 2 * (tries + 1); round++) {
    const at = start + round * 6 * hours;
    const active = workers.slice(0, 1 + (round % 2));
    const before = cpu();
    let searches = 0;
    const took = await timed(async () => {
      const done = await Promise.all(active.map((worker) => worker.sweep({ at, prices, ...load })));
      for (const each of done) searches += each.searches;
    });
    if (searches !== fares) throw new Error(`no figure is worth printing: ${searches} searches of ${fares} fares`);
    const after = cpu();
    // The first round of each kind is a warm-up.
    if (round < 2) continue;
    spent[round % 2]?.push(took);
    idle[round % 2]?.push((after.idle - before.idle) / (after.all - before.all));
  }
  await Promise.all(workers.map((worker) => worker.stop()));
  const [one, two] = spent.map((times) => quantile(times, 0.5)) as [number, number];
  const [idleOne, idleTwo] = idle.map((shares) => `${Math.round(100 * quantile(shares, 0.5))} %`);
  console.log(`  ${format(fares)} fares, ${load.seats} calls in flight a worker, ${load.takes} ms a call
  one ${format(one)} ms, CPU idle ${idleOne}; two ${format(two)} ms, CPU idle ${idleTwo}`);
  return one / two;
}

/** Returns the ticks of all CPUs of the machine since its start. */
function cpu(): { idle: number; all: number } {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const [, ...ticks] = line.split(/\s+/).map(Number);
  // user, nice, system, idle, iowait, irq, softirq, steal; guest times are part of the first two.
  const spent = ticks.slice(0, 8);
  return { idle: (spent[3] ?? 0) + (spent[4] ?? 0), all: spent.reduce((sum, each) => sum + each, 0) };
}
