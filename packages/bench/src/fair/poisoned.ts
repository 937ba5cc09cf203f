import type pg from "pg";
import type { Databases } from "../sweep/databases.ts";
import { fill } from "../sweep/fill.ts";
import { opening } from "../sweep/market.ts";
import { start } from "../sweep/timing.ts";
import { startWorker } from "../sweep/worker-client.ts";

const fares = 500;
/** The index of the fare whose price violates a constraint, and that price (minor units). */
const bad = { index: 317, price: 66_601 };

/**
 * Sweeps one batch of 500 fares, each with a watch that alerts, of which one cannot be settled.
 * @returns how many were settled and alerted for, once each: 499 is right
 */
export async function poisoned(databases: Databases): Promise<{ poisoned_settled: number }> {
  const client = await databases.connect("product");
  await fill(client, { fares, each: 1, at: new Date(start), target: "price", threshold: 0.9 });
  await client.query(
    `alter table price_observations add constraint is_poison check (price <> ${bad.price} or at < '${new Date(start).toISOString()}')`,
  );
  try {
    return { poisoned_settled: await settledBeside(client, databases) };
  } finally {
    await client.query("alter table price_observations drop constraint is_poison");
    await client.query("truncate users, fare_keys cascade");
    await client.end();
  }
}

async function settledBeside(client: pg.Client, databases: Databases): Promise<number> {
  const prices = Array.from({ length: fares }, (_, index) => (index === bad.index ? bad.price : opening(index) - 100));
  const worker = startWorker(databases.database("product"));
  await worker.sweep({ at: start, prices });
  await worker.stop();
  const { rows } = await client.query(
    `select count(*)::int as settled
       from fares
      where checked_at = $1
        and (select count(*) from alerts where alerts.fare_id = fares.id) = 1`,
    [new Date(start).toISOString()],
  );
  return rows[0].settled;
}
