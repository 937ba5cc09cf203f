import { quantile } from "../figures.ts";
import type { Databases } from "./databases.ts";
import { fill } from "./fill.ts";
import { calm, opening } from "./market.ts";
import { format, hours, start, tries } from "./timing.ts";
import { startWorker, type Worker } from "./worker-client.ts";

const fares = 10_000;
const sizes = [1, 10, 100];
/** One in this number of fares falls to a watch's target in a round that alerts. */
const fallingOneIn = 10;

/**
 * Sweeps the same 10,000 watched fares with one, ten and a hundred watches each. Returns the time of the last divided
 * by that of the first, in rounds in which no price leaves a watch's band, and in rounds with the same number of alerts
 * each.
 * @throws Error when a round sent other alerts than expected
 */
export async function growth(databases: Databases): Promise<{ silent_growth: number; same_alerts_growth: number }> {
  const silent = sizes.map((): number[] => []);
  const alerting = sizes.map((): number[] => []);
  const workers: Worker[] = [];
  for (const each of sizes) {
    const client = await databases.connect("product");
    const target = "case when number = 0 then price * 95 / 100 end";
    await fill(client, { fares, each, at: new Date(start), target, threshold: 0.5 });
    await client.end();
    await databases.copy("product", `each_${each}`);
    workers.push(startWorker(databases.database(`each_${each}`)));
    console.log(`  ${format(fares * each)} watches are there`);
  }
  // The first round of each kind is a warm-up.
  for (let round = 0; round < 2 * (tries + 1); round++) {
    const alerts = round % 2 === 1;
    const at = start + round * 6 * hours;
    const prices = calm(fares, round).map((price, index) =>
      fallen(index, round) ? Math.floor(opening(index) * 0.94) : price,
    );
    for (const turn of sizes.keys()) {
      const index = (turn + round) % sizes.length;
      const { took, report } = await workers[index]!.sweep({ at, prices });
      const due = alerts ? fares / fallingOneIn : 0;
      if (report.fares !== fares || report.alerts !== due) {
        throw new Error(`no figure is worth printing: ${report.alerts} alerts of ${report.fares} fares, not ${due}`);
      }
      if (round > 1) (alerts ? alerting : silent)[index]!.push(took);
    }
  }
  await Promise.all(workers.map((worker) => worker.stop()));
  await databases.clear();
  const medians = (times: number[][]) => times.map((of) => `${format(quantile(of, 0.5))} ms`).join(", ");
  const growthOf = (times: number[][]) => quantile(times.at(-1)!, 0.5) / quantile(times[0]!, 0.5);
  console.log(`  ${sizes.map((each) => format(fares * each)).join(", ")} watches on ${format(fares)} fares
  nothing to tell: ${medians(silent)}
  ${format(fares / fallingOneIn)} alerts: ${medians(alerting)}`);
  return { silent_growth: growthOf(silent), same_alerts_growth: growthOf(alerting) };
}

/** Tells whether the fare has fallen by this round: in every other round another tenth falls, and stays low. */
function fallen(index: number, round: number): boolean {
  return index % fallingOneIn < (round + 1) >> 1;
}
