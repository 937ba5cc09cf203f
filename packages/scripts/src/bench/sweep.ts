import * as Sweep from "@travel-conductor/core/sweep";
import type pg from "pg";
import { provider as market, rounds } from "./market.ts";
import { counting } from "./measure.ts";
import { naive, prepare } from "./naive.ts";
import { type Decisions, decided, sweep as raw } from "./raw.ts";
import { digest, fill, stage } from "./stage.ts";

// Watches a second: through the product (gateway included), through the bound (the best of three batch sizes), and
// through the naive loop; each on a copy of the same database, round by round in turn, on one server with one setting.
// No figure is printed unless the product and all the bounds leave the same rows.
const hours = 3_600_000;
const start = Date.UTC(2026, 5, 1, 6);
const batches = [2_000, 5_000, 20_000] as const;
const sample = 5_000;
const roundsEach = 3;

const requests = counting();
const direct = process.env.DATABASE_DIRECT_URL;
if (!direct) throw new Error("DATABASE_DIRECT_URL is not set: run it as pnpm bench:sweep");
const db = await stage(direct);

async function scenario(fares: number, each: number) {
  const seed = await db.connect("product");
  await fill(seed, fares, each, new Date(start));
  await seed.end();
  await db.copy("product", "base");
  const plan = await rehearse(fares);
  await db.copy("base", "product");
  for (const batch of batches) await db.copy("base", `raw_${batch}`);
  const product = await db.connect("product");
  const raws = new Map<number, pg.Client>();
  for (const batch of batches) raws.set(batch, await db.connect(`raw_${batch}`));
  const ids = await prepare(product, sample);

  const provider = market();
  const plain = market();
  const spent = { product: 0, naive: 0 };
  const bound = new Map<number, number>(batches.map((batch) => [batch, 0]));
  let asked = 0;
  for (const [round, { prices, decisions }] of plan.entries()) {
    const at = new Date(decisions.at);
    const turns = [
      async () => {
        provider.prices = prices;
        const before = requests().postgres;
        spent.product += await timed(() => Sweep.run(at, { provider, cadence: inSixHours, within: 600_000 }));
        asked += requests().postgres - before;
      },
      async () => {
        plain.prices = prices;
        const share = ids.filter((_, index) => index % roundsEach === round);
        spent.naive += await timed(() => naive(plain, share, at));
      },
      ...[...raws].map(([batch, client]) => async () => {
        bound.set(batch, bound.get(batch)! + (await timed(() => raw(client, decisions, batch))));
      }),
    ];
    // Whoever goes first finds the caches as the last round left them, so the order turns.
    for (const index of turns.keys()) await turns[(index + round) % turns.length]!();
  }

  const digests = await Promise.all([product, ...raws.values()].map(digest));
  await Promise.all([product, ...raws.values()].map((client) => client.end()));
  if (new Set(digests).size > 1)
    throw new Error(`no figure is worth printing, the tables differ:\n${digests.join("\n\n")}`);

  const watches = fares * each * roundsEach;
  const [batch, took] = [...bound].reduce((a, b) => (a[1] <= b[1] ? a : b));
  const figures = {
    product: (1000 * watches) / spent.product,
    raw: (1000 * watches) / took,
    naive: (1000 * ids.length) / spent.naive,
    requests: asked / ((fares * roundsEach) / 5_000),
    searches: provider.searches / (fares * roundsEach),
  };
  const alerts = plan.flatMap(({ decisions }) => [...decisions.watches.values()]).filter(({ alert }) => alert).length;
  console.log(`
${counted(fares * each)} watches on ${counted(fares)} fares, ${roundsEach} sweeps, ${counted(alerts)} alerts
  product ${counted(figures.product)} watches/s, ${figures.requests.toFixed(2)} database requests per 5,000 fares
  bound   ${counted(figures.raw)} watches/s, batches of ${counted(batch)}
  naive   ${counted(figures.naive)} watches/s, on ${counted(ids.length)} watches
  product/bound ${(figures.product / figures.raw).toFixed(3)}, product/naive ${counted(figures.product / figures.naive)}`);
  return figures;
}

/** The rounds and what the product decides in each, found on a copy of its own before anything is timed. */
async function rehearse(fares: number): Promise<{ prices: number[]; decisions: Decisions }[]> {
  const provider = market();
  const versions = new Map<string, number>();
  const client = await db.connect("product");
  const plan: { prices: number[]; decisions: Decisions }[] = [];
  for (const prices of rounds(fares)) {
    if (plan.length === roundsEach) break;
    const at = new Date(start + plan.length * 6 * hours);
    provider.prices = prices;
    await Sweep.run(at, { provider, cadence: inSixHours, within: 10 * 60_000 });
    plan.push({ prices, decisions: await decided(client, at, versions) });
  }
  await client.end();
  return plan;
}

function inSixHours(_: unknown, at: Date): Date {
  return new Date(at.getTime() + 6 * hours);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function counted(number: number): string {
  return Math.round(number).toLocaleString("en");
}

try {
  const twenty = await scenario(10_000, 20);
  const one = await scenario(200_000, 1);
  const round = (figure: number) => Number(figure.toPrecision(3));
  console.log(
    JSON.stringify({
      product_per_raw: round(Math.min(twenty.product / twenty.raw, one.product / one.raw)),
      product_per_naive_1: round(one.product / one.naive),
      product_per_naive_20: round(twenty.product / twenty.naive),
      db_requests_per_5000_fares: round(Math.max(twenty.requests, one.requests)),
      provider_searches_per_fare: round(Math.max(twenty.searches, one.searches)),
    }),
  );
} finally {
  await db.close();
}
