import { openDatabases } from "./sweep/databases.ts";
import { deadRows } from "./sweep/dead-rows.ts";
import { growth } from "./sweep/growth.ts";
import { peak } from "./sweep/peak.ts";
import { twoWorkers } from "./sweep/two-workers.ts";
import { watches } from "./sweep/watches.ts";

// Measures the cost of a sweep: against the raw SQL bound and the naive loop, with a growing number of watches, with
// two workers, in memory, and while a reader keeps dead rows. `npm run bench:sweep -- growth pair` runs only those
// parts; `-- fifty --quick` runs the last in one database in place of five, to compare two ways of the same statement,
// and `-- watches --quick` the first with a twentieth of the watches, to see that the bound writes what the product does.
const parts = {
  async watches() {
    const [few, many] = quick ? [2_000, 10_000] : [50_000, 200_000];
    const twenty = await watches(db, few, 20);
    const one = await watches(db, many, 1);
    return {
      product_per_raw: Math.min(twenty.product / twenty.bound, one.product / one.bound),
      product_per_naive_1: one.product / one.naive,
      product_per_naive_20: twenty.product / twenty.naive,
      db_requests_per_5000_fares: Math.max(twenty.requests, one.requests),
      provider_searches_per_fare: Math.max(twenty.searches, one.searches),
    };
  },
  growth: () => growth(db),
  pair: async () => ({ two_workers: await twoWorkers(db) }),
  peak: async () => ({ worker_peak_mb: await peak(db) }),
  fifty: async () => ({ fiftieth: await deadRows(db, quick ? 1 : undefined) }),
};
type Part = keyof typeof parts;

const direct = process.env.DATABASE_DIRECT_URL;
if (!direct) throw new Error("DATABASE_DIRECT_URL is not set: run it as npm run bench:sweep");
const given = process.argv.slice(2).filter((name) => name !== "--");
const quick = given.includes("--quick");
const wanted = given.filter((name) => name !== "--quick");
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) throw new Error(`There is no ${unknown}; the parts are ${Object.keys(parts).join(", ")}`);
const db = await openDatabases(direct);
const figures: Record<string, number> = {};
try {
  for (const name of wanted.length > 0 ? (wanted as Part[]) : (Object.keys(parts) as Part[])) {
    console.log(`\n${name}`);
    Object.assign(figures, await parts[name]());
  }
} finally {
  await db.clear();
  await db.close();
}
const short = (figure: number) => Number(figure.toPrecision(3));
console.log(JSON.stringify(Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, short(figure)]))));
