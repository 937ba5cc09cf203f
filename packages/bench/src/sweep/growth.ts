import { quantile } from "../measure.ts";
import { fill } from "./fill.ts";
import { hire, type Worker } from "./hands.ts";
import { calm, opening } from "./market.ts";
import type { Stage } from "./stage.ts";
import { counted, hours, start, tries } from "./words.ts";

const fares = 10_000;
const sizes = [1, 10, 100];
/** One fare in so many falls to somebody's target in a round that alerts. */
const share = 10;

/**
 * The same 10,000 fares, every one of them watched, with one, ten and a hundred watches each: how much longer than the
 * first a sweep of the last takes, when no watch's band is left, and when as many alerts are told in each.
 * @throws Error when a round told other alerts than it should
 */
export async function growth(stage: Stage): Promise<{ silent_growth: number; same_alerts_growth: number }> {
  const silent = sizes.map((): number[] => []);
  const alerting = sizes.map((): number[] => []);
  const workers: Worker[] = [];
  for (const each of sizes) {
    const client = await stage.connect("product");
    const target = "case when number = 0 then price * 95 / 100 end";
    await fill(client, { fares, each, at: new Date(start), target, threshold: 0.5 });
    await client.end();
    await stage.copy("product", `each_${each}`);
    workers.push(hire(stage.database(`each_${each}`)));
    console.log(`  ${counted(fares * each)} watches are there`);
  }
  // The first of each kind warms up.
  for (let round = 0; round < 2 * (tries + 1); round++) {
    const calls = round % 2 === 1;
    const at = start + round * 6 * hours;
    const prices = calm(fares, round).map((price, index) =>
      fallen(index, round) ? Math.floor(opening(index) * 0.94) : price,
    );
    for (const turn of sizes.keys()) {
      const index = (turn + round) % sizes.length;
      const { took, report } = await workers[index]!.sweep({ at, prices });
      const due = calls ? fares / share : 0;
      if (report.fares !== fares || report.alerts !== due) {
        throw new Error(`no figure is worth printing: ${report.alerts} alerts of ${report.fares} fares, not ${due}`);
      }
      if (round > 1) (calls ? alerting : silent)[index]!.push(took);
    }
  }
  await Promise.all(workers.map((worker) => worker.stop()));
  await stage.clear();
  const shown = (times: number[][]) => times.map((of) => `${counted(quantile(of, 0.5))} ms`).join(", ");
  const grown = (times: number[][]) => quantile(times.at(-1)!, 0.5) / quantile(times[0]!, 0.5);
  console.log(`  ${sizes.map((each) => counted(fares * each)).join(", ")} watches on ${counted(fares)} fares
  nothing to tell: ${shown(silent)}
  ${counted(fares / share)} alerts: ${shown(alerting)}`);
  return { silent_growth: grown(silent), same_alerts_growth: grown(alerting) };
}

/** Whether the fare has fallen by then: in every other round another tenth does, and stays there. */
function fallen(index: number, round: number): boolean {
  return index % share < (round + 1) >> 1;
}
