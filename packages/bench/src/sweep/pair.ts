import { readFileSync } from "node:fs";
import { quantile } from "../measure.ts";
import { fill } from "./fill.ts";
import { hire } from "./hands.ts";
import { opening } from "./market.ts";
import type { Stage } from "./stage.ts";
import { counted, hours, start, timed, tries } from "./words.ts";

const fares = 2_000;
/** Calls a worker has in flight, how long (ms) the provider makes each wait, and the fares that are claimed at a time. */
const way = { seats: 10, takes: 50, batch: 100 };

/**
 * How many times as fast two processes are as one at the same due list, when the provider is what they wait for.
 * @throws Error unless every fare was searched once
 */
export async function pair(stage: Stage): Promise<number> {
  const client = await stage.connect("product");
  await fill(client, { fares, each: 5, at: new Date(start), target: "price * 8 / 10", threshold: 0.1 });
  await client.end();
  const workers = [1, 2].map(() => hire(stage.database("product")));
  const prices = Array.from({ length: fares }, (_, index) => opening(index));
  const spent: [number[], number[]] = [[], []];
  const idle: [number[], number[]] = [[], []];
  for (let round = 0; round < 2 * (tries + 1); round++) {
    const at = start + round * 6 * hours;
    const hands = workers.slice(0, 1 + (round % 2));
    const before = cpu();
    let searches = 0;
    const took = await timed(async () => {
      const done = await Promise.all(hands.map((worker) => worker.sweep({ at, prices, ...way })));
      for (const each of done) searches += each.searches;
    });
    if (searches !== fares) throw new Error(`no figure is worth printing: ${searches} searches of ${fares} fares`);
    const after = cpu();
    // The first of each kind warms up.
    if (round < 2) continue;
    spent[round % 2]?.push(took);
    idle[round % 2]?.push((after.idle - before.idle) / (after.all - before.all));
  }
  await Promise.all(workers.map((worker) => worker.stop()));
  const [one, two] = spent.map((times) => quantile(times, 0.5)) as [number, number];
  const [alone, both] = idle.map((shares) => `${Math.round(100 * quantile(shares, 0.5))} %`);
  console.log(`  ${counted(fares)} fares, ${way.seats} calls in flight a worker, ${way.takes} ms a call
  one ${counted(one)} ms, CPU idle ${alone}; two ${counted(two)} ms, CPU idle ${both}`);
  return one / two;
}

/** What all of the machine's CPUs have done since it started, in ticks. */
function cpu(): { idle: number; all: number } {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const [, ...ticks] = line.split(/\s+/).map(Number);
  // user, nice, system, idle, iowait, irq, softirq, steal; guests' are in the first two already.
  const spent = ticks.slice(0, 8);
  return { idle: (spent[3] ?? 0) + (spent[4] ?? 0), all: spent.reduce((sum, each) => sum + each, 0) };
}
