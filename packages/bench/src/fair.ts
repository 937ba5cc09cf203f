import { owners } from "./fair/owners.ts";
import { poisoned } from "./fair/poisoned.ts";
import { refused } from "./fair/refused.ts";
import { routePrices } from "./fair/route-prices.ts";
import { shares } from "./fair/shares.ts";
import { openDatabases } from "./sweep/databases.ts";

// Measures that one person's use or one bad row does not hold up the others: all parts, or those that are named. The last
// line has all figures.
const direct = process.env.DATABASE_DIRECT_URL;
if (!direct) throw new Error("DATABASE_DIRECT_URL is not set: run it as npm run bench:fair");
const db = await openDatabases(direct);
const figures: Record<string, number> = {};
try {
  const parts = { refused, shares, owners, routePrices, poisoned };
  const named = process.argv.slice(2);
  for (const [name, part] of Object.entries(parts))
    if (named.length === 0 || named.includes(name)) Object.assign(figures, await part(db));
} finally {
  await db.clear();
  await db.close();
}
const short = (figure: number) => Number(figure.toPrecision(3));
console.log(JSON.stringify(Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, short(figure)]))));
