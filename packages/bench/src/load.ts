import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { findCapacity, recoveryAfter, target } from "./load/capacity.ts";
import { cpuOfAll } from "./load/cpu.ts";
import { drive, print } from "./load/drive.ts";
import { findLost } from "./load/lost.ts";
import { type Accepted, chooser, mix } from "./load/mix.ts";
import { startProduct } from "./load/product.ts";
import { seeded } from "./load/random.ts";
import { growthOf, startNoting } from "./load/soak.ts";
import { fillWorld, journeys, makeDue } from "./load/world.ts";

// People on the bundles of a deploy, at half, once and twice the rate that this machine bears, with sweeps beside:
// docs/capacity.md. `--seconds` is the length of each part (60), `--rate` the rate that is borne, which is found by
// trials without it, `--people` their number (2,000), `--fares` the fares that fall due each second (5). `--soak`
// holds half the rate for `--minutes` (60).
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rate: { type: "string" },
    people: { type: "string", default: "2000" },
    fares: { type: "string", default: "5" },
    soak: { type: "boolean", default: false },
    minutes: { type: "string", default: "60" },
  },
});
const [seconds, minutes, count, fares] = [values.seconds, values.minutes, values.people, values.fares].map(Number) as [
  number,
  number,
  number,
  number,
];
/** The length of a trial of a rate, and of what follows the overload, in which the product recovers (s). */
const trial = Math.min(seconds, 15);
const after = 20;

const client = new pg.Client(process.env.DATABASE_DIRECT_URL);
await client.connect();
const people = await fillWorld(client, count);
const product = await startProduct();
const accepted: Accepted = { watches: [], people: [] };
const dice = seeded(1);
const next = chooser(people, seeded(2), accepted);
const go = (rate: number, length: number) => drive(product.ports, next, dice, { rate, seconds: length });
const stopDue = new AbortController();
const due = (async () => {
  while (!stopDue.signal.aborted) {
    await makeDue(fares * 5);
    await wait(5_000, undefined, { signal: stopDue.signal }).catch(() => undefined);
  }
})();
const rounded = (figure: number) => Number(figure.toPrecision(3));

try {
  const shares = Object.entries(mix).map(([action, share]) => `${action} ${share}`);
  console.log(
    `${count} people with five watches each on ${journeys.length} routes; of 100 requests: ${shares.join(", ")}`,
  );
  // The first requests load what a bundle loads on demand, and store the answers of popular routes.
  await go(10, 15);
  const capacity = values.rate ? Number(values.rate) : await findCapacity((rate) => go(rate, trial));
  console.log(
    `this machine bears ${capacity} requests a second with a p99 of at most ${target} ms, with the generator`,
  );
  const figures = values.soak ? await soak(capacity) : await load(capacity);
  stopDue.abort();
  await due;
  await product.stopClocks();
  const lost = await findLost(product, client, accepted);
  console.log(
    `${accepted.watches.length} watches and ${accepted.people.length} accounts were accepted: ${lost.watches} and ${lost.people} are not there; of these watches' alerts ${lost.alertsMissing} are missing and ${lost.alertsTwice} there twice`,
  );
  const { watches, people: accounts, alertsMissing, alertsTwice } = lost;
  const lostInAll = watches + accounts + alertsMissing;
  console.log(JSON.stringify({ capacity, ...figures, lost: lostInAll, alerts_twice: alertsTwice }));
} finally {
  stopDue.abort();
  await due;
  await product.stop();
  await client.end();
}

/** Half, once and twice the rate, and at once half again, in which the product recovers. */
async function load(capacity: number): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  let faults = 0;
  const part = async (name: string, factor: number, length: number) => {
    const [before, cpu] = [product.sweeps(), cpuOfAll()];
    const samples = await go(capacity * factor, length);
    const each = (cpuOfAll() - cpu) / samples.length;
    const total = print(`${name}, ${factor} × ${capacity} a second for ${length} s`, samples);
    console.log(
      `  ${product.sweeps() - before} sweeps beside, ${each.toFixed(1)} ms of processor time a request, all included`,
    );
    if (name === "once") figures.cpu_ms_a_request = rounded(each);
    faults += total.faults;
    figures[`${name}_p50`] = rounded(total.p50);
    figures[`${name}_p99`] = rounded(total.p99);
    figures[`${name}_refused_share`] = rounded(total.refused / total.count);
    return samples;
  };
  await part("half", 0.5, seconds);
  await part("once", 1, seconds);
  const overload = part("twice", 2, seconds);
  await wait(seconds * 1_000);
  const end = performance.now();
  const samples = await part("after", 0.5, after);
  await overload;
  figures.recovery_seconds = recoveryAfter(end, samples);
  console.log(`recovered ${figures.recovery_seconds} s after the overload's end`);
  return { ...figures, faults };
}

/** Half the rate for long: what the product holds in the last quarter, against the second. */
async function soak(capacity: number): Promise<Record<string, number>> {
  const noting = startNoting(product, client, minutes * 60);
  const samples = await go(capacity / 2, minutes * 60);
  const noted = await noting.stop();
  const total = print(`0.5 × ${capacity} a second for ${minutes} minutes, ${product.sweeps()} sweeps`, samples);
  const { memory, connections, clients } = growthOf(noted);
  for (const [index, held] of noted.entries()) {
    if (index % 6 !== 0) continue;
    console.log(
      `  ${(held.memory / 1e6).toFixed(0)} MB, ${held.connections} connections, ${held.clients} clients of Redis`,
    );
  }
  return {
    minutes,
    p50: rounded(total.p50),
    p99: rounded(total.p99),
    refused_share: rounded(total.refused / total.count),
    faults: total.faults,
    memory_growth: rounded(memory),
    connection_growth: rounded(connections),
    redis_client_growth: rounded(clients),
  };
}
