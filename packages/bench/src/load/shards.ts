import { openDatabases } from "../sweep/databases.ts";
import { fill } from "../sweep/fill.ts";
import { opening, rounds } from "../sweep/market.ts";
import { tableDigest } from "../sweep/table-digest.ts";
import { startWorker } from "../sweep/worker-client.ts";

// Shows that the sweep works over several databases as it is: the fares of a route, with their watches, are in one of
// two databases, by a hash of the route, and each has a worker of its own. After each sweep the two together must hold
// the rows of one database with everything: the same prices, the same alerts, none twice. docs/capacity.md says what
// the rest of the product would need.
const fares = 2_000;
const each = 3;
const sweeps = 4;
const hour = 3_600_000;
const start = Date.UTC(2026, 10, 20, 6);

const direct = process.env.DATABASE_DIRECT_URL;
if (!direct) throw new Error("DATABASE_DIRECT_URL is not set: docs/capacity.md has the command");
const databases = await openDatabases(direct);
try {
  const seed = await databases.connect("product");
  const target = "case when number = 0 then price * 9 / 10 end";
  await fill(seed, { fares, each, at: new Date(start), target, threshold: 0.1 });
  await seed.end();
  for (const name of ["shard_0", "shard_1"]) await databases.copy("product", name);
  for (const shard of [0, 1]) {
    const client = await databases.connect(`shard_${shard}`);
    const isElsewhere = `mod(abs(hashtext(fares.origin || fares.destination)::bigint), 2) <> ${shard}`;
    await client.query(
      `delete from price_watches using watch_fares, fares
        where watch_fares.watch_id = price_watches.id and fares.id = watch_fares.fare_id and ${isElsewhere}`,
    );
    await client.query(`delete from price_observations using fares where fares.id = fare_id and ${isElsewhere}`);
    await client.query(`delete from fare_keys using fares where fares.id = fare_keys.id and ${isElsewhere}`);
    await client.end();
  }
  const names = ["product", "shard_0", "shard_1"];
  const workers = names.map((name) => startWorker(databases.database(name)));
  const clients = [];
  for (const name of names) clients.push(await databases.connect(name));
  const plan = rounds(fares);
  let alerts = 0;
  for (let round = 0; round < sweeps; round++) {
    const prices = round === 0 ? Array.from({ length: fares }, (_, index) => opening(index)) : plan.next().value;
    const at = start + round * 6 * hour;
    const results = await Promise.all(workers.map((worker) => worker.sweep({ at, prices })));
    const [whole, ...parts] = results.map(({ report }) => report);
    const swept = parts.map((part) => part.fares);
    if (!swept.every((count) => count > fares / 3)) throw new Error(`a shard swept few fares: ${swept}`);
    const digests = [];
    for (const client of clients) digests.push(await tableDigest(client));
    const [one, first, second] = digests as [string, string, string];
    const both = added(first, second);
    if (one !== both) throw new Error(`the shards differ from one database:\n${one}\n\n${both}`);
    alerts += whole!.alerts;
    console.log(
      `  sweep ${round + 1}: ${swept.join(" and ")} fares, ${parts.map((part) => part.alerts).join(" and ")} alerts`,
    );
  }
  await Promise.all(workers.map((worker) => worker.stop()));
  if (alerts === 0) throw new Error("no alert was given: nothing was shown");
  console.log(JSON.stringify({ sweeps, fares, watches: fares * each, alerts, rows_differ: 0 }));
} finally {
  await databases.clear();
  await databases.close();
}

/** Adds the digests of two databases: the sums of their rows' hashes. */
function added(first: string, second: string): string {
  const others = second.split("\n");
  return first
    .split("\n")
    .map((line, index) => {
      const [table, ...figures] = line.split(" ");
      const [, ...more] = others[index]!.split(" ");
      // The sum of no rows is null.
      const sums = figures.map((figure, place) => {
        const both = [figure, more[place] as string].filter((each) => each !== "null");
        return both.length === 0 ? "null" : both.reduce((sum, each) => sum + BigInt(each), 0n);
      });
      return [table, ...sums].join(" ");
    })
    .join("\n");
}
