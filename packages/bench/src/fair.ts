import { routePrices } from "./fair/route-prices.ts";
import { openDatabases } from "./sweep/databases.ts";

// Measures that one person's use does not slow the others down. The last line has all figures.
const direct = process.env.DATABASE_DIRECT_URL;
if (!direct) throw new Error("DATABASE_DIRECT_URL is not set: run it as npm run bench:fair");
const db = await openDatabases(direct);
const figures: Record<string, number> = {};
try {
  Object.assign(figures, await routePrices(db));
} finally {
  await db.clear();
  await db.close();
}
const short = (figure: number) => Number(figure.toPrecision(3));
console.log(JSON.stringify(Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, short(figure)]))));
