import type pg from "pg";
import { quantile } from "../measure.ts";
import { digest } from "./digest.ts";
import { fill } from "./fill.ts";
import { hire } from "./hands.ts";
import { provider as market, rounds } from "./market.ts";
import { naive, prepare } from "./naive.ts";
import { type Decisions, decided, sweep as raw } from "./raw.ts";
import type { Stage } from "./stage.ts";
import { counted, hours, start, timed, tries } from "./words.ts";

/** What the bound claims at a time: the best of these is the bound. */
const batches = [2_000, 5_000, 20_000];
/** Watches that the naive loop is timed on. */
const sample = 5_000;

/** Watches a second, and what was asked for them. */
export type Figures = { product: number; bound: number; naive: number; requests: number; searches: number };

/**
 * Watches through the product (gateway included), through the bound and through the naive loop, each on a copy of the
 * same database, round by round in turn, on one server with one setting: the median round of each.
 * @throws Error unless the product and all the bounds leave the same rows
 */
export async function watches(stage: Stage, fares: number, each: number): Promise<Figures> {
  const seed = await stage.connect("product");
  const target = "case when (number + ascii(origin)) % 10 < 3 then price * 8 / 10 end";
  await fill(seed, { fares, each, at: new Date(start), target, threshold: 0.1 });
  await seed.end();
  await stage.copy("product", "base");
  console.log(`${counted(fares * each)} watches on ${counted(fares)} fares are there`);
  const plan = await rehearse(stage, fares);
  await stage.copy("base", "product");
  for (const batch of batches) await stage.copy("base", `raw_${batch}`);
  const product = await stage.connect("product");
  const raws = new Map<number, pg.Client>();
  for (const batch of batches) raws.set(batch, await stage.connect(`raw_${batch}`));
  const ids = await prepare(product, sample);

  const worker = hire(stage.database("product"));
  const plain = market();
  const spent = { product: [] as number[], naive: [] as number[] };
  const bound = new Map<number, number[]>(batches.map((batch) => [batch, []]));
  let asked = 0;
  let searches = 0;
  for (const [round, { prices, decisions }] of plan.entries()) {
    const at = Date.parse(decisions.at);
    const turns = [
      async () => {
        const done = await worker.sweep({ at, prices });
        spent.product.push(done.took);
        asked += done.requests;
        searches += done.searches;
      },
      async () => {
        plain.prices = prices;
        const share = ids.filter((_, index) => index % plan.length === round);
        spent.naive.push(await timed(() => naive(plain, share, new Date(at))));
      },
      ...[...raws].map(([batch, client]) => async () => {
        bound.get(batch)?.push(await timed(() => raw(client, decisions, batch)));
      }),
    ];
    // Whoever goes first finds the caches as the last round left them, so the order turns.
    for (const index of turns.keys()) await turns[(index + round) % turns.length]!();
    console.log(`  round ${round + 1} of ${plan.length}: the product took ${counted(spent.product.at(-1) ?? 0)} ms`);
  }
  await worker.stop();

  const digests = new Set<string>();
  for (const client of [product, ...raws.values()]) digests.add(await digest(client));
  await stage.clear();
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
    requests: asked / each5000,
    searches: searches / (fares * plan.length),
  };
  const alerts = plan.flatMap(({ decisions }) => [...decisions.watches.values()]).filter(({ alert }) => alert).length;
  console.log(
    `${counted(fares * each)} watches on ${counted(fares)} fares, ${plan.length} sweeps, ${counted(alerts)} alerts
  product ${counted(figures.product)} watches/s, ${figures.requests.toFixed(2)} database requests per 5,000 fares
  bound   ${counted(figures.bound)} watches/s, batches of ${counted(best.batch)}
  naive   ${counted(figures.naive)} watches/s, on ${counted(ids.length)} watches
  product/bound ${(figures.product / figures.bound).toFixed(3)}, product/naive ${counted(figures.product / figures.naive)}, bound/naive ${counted(figures.bound / figures.naive)}`,
  );
  return figures;
}

/** The rounds and what the product decides in each, found on a copy of its own before anything is timed. */
async function rehearse(stage: Stage, fares: number): Promise<{ prices: number[]; decisions: Decisions }[]> {
  const versions = new Map<string, number>();
  const client = await stage.connect("product");
  const worker = hire(stage.database("product"));
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
