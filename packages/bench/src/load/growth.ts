import * as Alert from "@travel-conductor/core/alert";
import * as Sweep from "@travel-conductor/core/sweep";
import * as Watch from "@travel-conductor/core/watch";
import pg from "pg";
import { fill } from "../sweep/fill.ts";
import { calm, provider as market, places } from "../sweep/market.ts";

// Measures what one more watch costs in rows and bytes, and what each statement reads as they grow: docs/capacity.md.
// The arguments are numbers of fares, each with a watch (10,000 and 100,000 by default). The pages that a statement
// reads (`explain (analyze, buffers)`) do not depend on what else the machine does.
const sizes = process.argv.slice(2).map(Number);
if (sizes.length === 0) sizes.push(10_000, 100_000);
/** The fares of one batch of a sweep, and the watches of each user. */
const batch = 5_000;
const each = 5;
const hour = 3_600_000;
const start = Date.UTC(2026, 10, 20, 6);

const endpoint = process.env.DATABASE_HTTP_ENDPOINT;
const client = new pg.Client(process.env.DATABASE_DIRECT_URL);
await client.connect();
/** What the statements of one verb read (pages of 8 kB), wrote to the log of changes (bytes), and took in Postgres (ms). */
type Cost = { statements: number; pages: number; logged: number; ms: number };
let cost: Cost | undefined;
explainStatements();

const kept: Record<string, number>[] = [];
for (const fares of sizes) {
  await fill(client, { fares, each: 1, at: new Date(start), target: "null", threshold: 0.5 });
  await client.query(
    `insert into users (id, email, email_key, password_hash, first_name, last_name)
     select 'usr_g' || number, 'g' || number || '@example.com', 'g' || number || '@example.com', '-', 'Robin', 'Example'
       from generate_series(0, $1::int / $2::int) as number`,
    [fares, each],
  );
  await client.query(`update price_watches set user_id = 'usr_g' || (substr(id, 5, 8)::int / ${each})`);
  // The rest is due a day later: one batch is swept.
  await client.query("update fares set due_at = due_at + interval '1 day' where id > $1", [
    `far_${String(batch).padStart(8, "0")}`,
  ]);
  await client.query("vacuum (full, analyze) fares, price_watches");
  const bytes = await sizesOf(fares);

  const provider = Object.assign(market(), { prices: calm(fares, 1) });
  const cadence = (_: unknown, at: Date) => new Date(at.getTime() + 6 * hour);
  const at = new Date(start);
  const someone = `usr_g${Math.floor(fares / each / 2)}`;
  const verbs: Record<string, () => Promise<unknown>> = {
    "sweep of a batch": () => Sweep.run(at, { provider, cadence, batch, within: 600_000 }),
    "list of one's watches": () => Watch.list(someone, {}, at),
    "list of one's alerts": () => Alert.list(someone, {}),
    "new watch": () =>
      Watch.create(someone, { ...places(fares - 7), departureDate: "2027-01-20", currency: "GBP" }, at),
  };
  const figures: Record<string, number> = { fares, ...bytes };
  console.log(`${fares} fares with a watch each: ${JSON.stringify(bytes)} bytes a row, with indexes`);
  for (const [name, run] of Object.entries(verbs)) {
    cost = { statements: 0, pages: 0, logged: 0, ms: 0 };
    await run();
    const { statements, pages, logged, ms } = cost;
    cost = undefined;
    console.log(
      `  ${name}: ${statements} statements read ${pages} pages and logged ${logged} bytes in ${ms.toFixed(1)} ms`,
    );
    figures[name.replace(/\W+/g, "_")] = pages;
  }
  kept.push(figures);
}
await client.end();
console.log(JSON.stringify(kept));

/** Explains each statement that this process sends to Postgres, and undoes it, before it is sent. */
function explainStatements(): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (url, init) => {
    if (cost && String(url) === endpoint) {
      const body = JSON.parse(String(init?.body)) as Statement | { queries: Statement[] };
      await explain("queries" in body ? body.queries : [body], cost);
    }
    return fetch(url, init);
  };
}

type Statement = { query: string; params: (string | null)[] };
type Plan = {
  Plan: { "Shared Hit Blocks": number; "Shared Read Blocks": number; "WAL Bytes": number };
  "Execution Time": number;
};

async function explain(statements: Statement[], cost: Cost): Promise<void> {
  await client.query("begin");
  try {
    for (const { query, params } of statements) {
      const { rows } = await client.query(`explain (analyze, buffers, wal, format json) ${query}`, params);
      const [{ Plan: plan, "Execution Time": took }] = rows[0]["QUERY PLAN"] as [Plan];
      cost.statements++;
      cost.pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
      cost.logged += plan["WAL Bytes"];
      cost.ms += took;
    }
  } finally {
    await client.query("rollback");
  }
}

/** Returns the bytes of a row of each table, its indexes included. */
async function sizesOf(fares: number): Promise<Record<string, number>> {
  const { rows } = await client.query<{ name: string; bytes: number; count: number }>(
    `select tables.name,
            coalesce(
              (
                select sum(pg_total_relation_size(tree.relid))
                  from pg_partition_tree(tables.name::regclass) as tree
              ),
              pg_total_relation_size(tables.name::regclass)
            )::float8 as bytes,
            case tables.name when 'price_observations' then $1::int * 5 else $1::int end as count
       from unnest(array['fares', 'fare_keys', 'price_watches', 'watch_fares', 'price_observations']) as tables (name)`,
    [fares],
  );
  return Object.fromEntries(rows.map(({ name, bytes, count }) => [name, Math.round(bytes / count)]));
}
