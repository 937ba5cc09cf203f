import { quantile } from "../figures.ts";
import type { Databases } from "./databases.ts";
import { fill } from "./fill.ts";
import { calm } from "./market.ts";
import { format, hours, start, tries } from "./timing.ts";
import { startWorker } from "./worker-client.ts";

const fares = 5_000;
const sweeps = 50;

/**
 * Returns the time of the fiftieth sweep divided by that of the second, when every fare is due in each sweep and a
 * reader, which began before the first, prevents the clean-up of dead rows: the medians of `count` databases.
 */
export async function deadRows(databases: Databases, count = tries): Promise<number> {
  const client = await databases.connect("product");
  await fill(client, { fares, each: 2, at: new Date(start), target: "price * 8 / 10", threshold: 0.1 });
  await client.end();
  const names = Array.from({ length: count }, (_, index) => `read_${index}`);
  for (const name of names) await databases.copy("product", name);
  const readers = await Promise.all(names.map((name) => databases.connect(name)));
  for (const reader of readers) await reader.query("begin isolation level repeatable read; select count(*) from fares");
  const workers = names.map((name) => startWorker(databases.database(name)));
  const medians: number[] = [];
  for (let sweep = 1; sweep <= sweeps; sweep++) {
    const prices = calm(fares, sweep);
    const at = start + (sweep - 1) * 6 * hours;
    const times: number[] = [];
    for (const worker of workers) times.push((await worker.sweep({ at, prices })).took);
    medians.push(quantile(times, 0.5));
    if (sweep === 2 || sweep % 10 === 0) console.log(`  sweep ${sweep}: ${format(medians.at(-1) ?? 0)} ms`);
  }
  const { rows } = await readers[0]!.query(
    "select pg_relation_size('fares') as table, pg_indexes_size('fares') as indexes",
  );
  console.log(`  fares: ${mb(rows[0].table)} MB, its indexes ${mb(rows[0].indexes)} MB`);
  await Promise.all(workers.map((worker) => worker.stop()));
  await databases.clear();
  return medians[sweeps - 1]! / medians[1]!;
}

function mb(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}
