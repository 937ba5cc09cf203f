import type pg from "pg";
import { quantile } from "../figures.ts";
import type { Databases } from "./databases.ts";
import { fill } from "./fill.ts";
import { provider as market, rounds } from "./market.ts";
import { naive, prepare } from "./naive.ts";
import { type Decisions, decided, sweep as raw } from "./raw.ts";
import { tableDigest } from "./table-digest.ts";
import { format, hours, start, timed, tries } from "./timing.ts";
import { startWorker } from "./worker-client.ts";

/** The batch sizes of the bound. The fastest of them is the bound. */
const batches = [2_000, 5_000, 20_000];
/** The number of watches that the naive loop is timed on. */
const sample = 5_000;

/** Watches per second, and the number of requests. */
export type Figures = { product: number; bound: number; naive: number; requests: number; searches: number };

/**
 * Measures watches per second through the product (gateway included), the bound and the naive loop. Each runs on a copy
 * of the same database, round by round in turn, on one server with one configuration; the median round counts.
 * @throws Error unless the product and all the bounds leave the same rows
 */
export async function watches(databases: Databases, fares: number, each: number): Promise<Figures> {
  const seed = await databases.connect("product");
  const target = "case when (number + ascii(origin)) % 10 < 3 then price * 8 / 10 end";
  await fill(seed, { fares, each, at: new Date(start), target, threshold: 0.1 });
  await seed.end();
  await databases.copy("product", "base");
  console.log(`${format(fares * each)} watches on ${format(fares)} fares are there`);
  const plan = await rehearse(databases, fares);
  await databases.copy("base", "product");
  for (const batch of batches) await databases.copy("base", `raw_${batch}`);
  const product = await databases.connect("product");
  const raws = new Map<number, pg.Client>();
  for (const batch of batches) raws.set(batch, await databases.connect(`raw_${batch}`));
  const ids = await prepare(product, sample);

  const worker = startWorker(databases.database("product"));
  const provider = market();
  const spent = { product: [] as number[], naive: [] as number[] };
  const bound = new Map<number, number[]>(batches.map((batch) => [batch, []]));
  let requests = 0;
  let searches = 0;
  for (const [round, { prices, decisions }] of plan.entries()) {
    const at = Date.parse(decisions.at);
    const turns = [
      async () => {
        const done = await worker.sweep({ at, prices });
        spent.product.push(done.took);
        requests += done.requests;
        searches += done.searches;
      },
      async () => {
        provider.prices = prices;
        const ownIds = ids.filter((_, index) => index % plan.length === round);
        spent.naive.push(await timed(() => naive(provider, ownIds, new Date(at))));
      },
      ...[...raws].map(([batch, client]) => async () => {
        bound.get(batch)?.push(await timed(() => raw(client, decisions, batch)));
      }),
    ];
    // The first to run finds the caches as the last round left them, so the order rotates.
    for (const index of turns.keys()) await turns[(index + round) % turns.length]!();
    console.log(`  round ${round + 1} of ${plan.length}: the product took ${format(spent.product.at(-1) ?? 0)} ms`);
  }
  await worker.stop();

  const digests = new Set<string>();
  for (const client of [product, ...raws.values()]) digests.add(await tableDigest(client));
  await databases.clear();
  if (digests.size > 1) {
    throw new Error(`no figure is worth printing, the tables differ:\n${[...digests].join("\n\n")}`);
  }

  const medians = [...bound].map(([batch, times]) => ({ batch, took: quantile(times, 0.5) }));
  const best = medians.reduce((a, b) => (a.took <= b.took ? a : b));
  const each5000 = (fares * plan.length) / 5_000;
  const figures = {
    product: (1000 * fares * each) / quantile(spent.product, 0.5),
    bound: (1000 * fares * each) / best.took,
    naive: (1000 * ids.length) / plan.length / quantile(spent.naive, 0.5),
    requests: requests / each5000,
    searches: searches / (fares * plan.length),
  };
  const alerts = plan.flatMap(({ decisions }) => [...decisions.watches.values()]).filter(({ alert }) => alert).length;
  console.log(
    `${format(fares * each)} watches on ${format(fares)} fares, ${plan.length} sweeps, ${format(alerts)} alerts
  product ${format(figures.product)} watches/s, ${figures.requests.toFixed(2)} database requests per 5,000 fares
  bound   ${format(figures.bound)} watches/s, batches of ${format(best.batch)}
  naive   ${format(figures.naive)} watches/s, on ${format(ids.length)} watches
  product/bound ${(figures.product / figures.bound).toFixed(3)}, product/naive ${format(figures.product / figures.naive)}, bound/naive ${format(figures.bound / figures.naive)}`,
  );
  return figures;
}

/** Runs the rounds before the measurement, and returns their prices and the product's decisions. */
async function rehearse(databases: Databases, fares: number): Promise<{ prices: number[]; decisions: Decisions }[]> {
  const versions = new Map<string, number>();
  const client = await databases.connect("product");
  const worker = startWorker(databases.database("product"));
  const plan: { prices: number[]; decisions: Decisions }[] = [];
  for (const prices of rounds(fares)) {
    if (plan.length === tries) break;
    const at = start + plan.length * 6 * hours;
    await worker.sweep({ at, prices });
    plan.push({ prices, decisions: await decided(client, new Date(at), versions) });
  }
  await worker.stop();
  await client.end();
  return plan;
}
