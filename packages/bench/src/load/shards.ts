import { startOwnPostgres } from "@travel-conductor/local/testing/own";
import pg from "pg";
import { openDatabases } from "../sweep/databases.ts";
import { fill } from "../sweep/fill.ts";
import { opening, rounds } from "../sweep/market.ts";
import { tableDigest } from "../sweep/table-digest.ts";
import { startWorker, startWorkerAt } from "../sweep/worker-client.ts";

// Shows that the sweep works over several servers as it is: the fares of a route, with their watches, are on one of two
// servers, by a hash of the route, and each has a worker of its own. After each sweep the two together must hold the
// rows of one database with everything: the same prices, the same alerts, none twice. docs/capacity.md says what the
// rest of the product would need.
const fares = 2_000;
const each = 3;
const sweeps = 4;
const hour = 3_600_000;
const start = Date.UTC(2026, 10, 20, 6);

const direct = process.env.DATABASE_DIRECT_URL;
if (!direct) throw new Error("DATABASE_DIRECT_URL is not set: docs/capacity.md has the command");
const databases = await openDatabases(direct);
const second = await startOwnPostgres();
const elsewhere = new pg.Client(second.connection);
try {
  await elsewhere.connect();
  const whole = await databases.connect("product");
  await fillAll(whole);
  await whole.end();
  await databases.copy("product", "first");
  await fillAll(elsewhere);
  const clients = [await databases.connect("product"), await databases.connect("first"), elsewhere];
  for (const shard of [0, 1]) await keepShard(clients[1 + shard]!, shard);
  const workers = [
    ...["product", "first"].map((name) => startWorker(databases.database(name))),
    startWorkerAt({ DATABASE_URL: second.connection, DATABASE_HTTP_ENDPOINT: second.url }),
  ];
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
    const [one, ...halves] = digests as [string, string, string];
    const both = added(...halves);
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
  await elsewhere.end();
  await second.stop();
}

/** Fills a database with the same rows each time. */
async function fillAll(client: pg.Client): Promise<void> {
  const target = "case when number = 0 then price * 9 / 10 end";
  await fill(client, { fares, each, at: new Date(start), target, threshold: 0.1 });
  // They are the moment of the insert by default.
  await client.query("update price_watches set since = $1, updated_at = $1", [new Date(start)]);
}

/** Deletes the fares of the other shard with their watches. Users stay. */
async function keepShard(client: pg.Client, shard: number): Promise<void> {
  const isElsewhere = `mod(abs(hashtext(fares.origin || fares.destination)::bigint), 2) <> ${shard}`;
  await client.query(
    `delete from price_watches using watch_fares, fares
      where watch_fares.watch_id = price_watches.id and fares.id = watch_fares.fare_id and ${isElsewhere}`,
  );
  await client.query(`delete from price_observations using fares where fares.id = fare_id and ${isElsewhere}`);
  await client.query(`delete from fare_keys using fares where fares.id = fare_keys.id and ${isElsewhere}`);
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
