import { env } from "@travel-conductor/core/base/env";
import * as Delivery from "@travel-conductor/core/delivery";
import { ratio } from "./figures.ts";
import { counting } from "./measure.ts";
import { bareMails } from "./outbox/bare.ts";
import { fill } from "./outbox/fill.ts";
import { hangingHooks } from "./outbox/hanging.ts";
import { rawBatches } from "./outbox/raw.ts";
import { openDatabases } from "./sweep/databases.ts";

// Measures the outbox on real Postgres: claims and settlings in batches, one by one, and by the same statements on the
// server; mails against a bare loop to the same SES; all beside a long transaction, and beside hosts that hang. What is
// compared is run in turn, three times, and the median counts. The last line has all figures.
const direct = process.env.DATABASE_DIRECT_URL;
if (!direct) throw new Error("DATABASE_DIRECT_URL is not set: run it as npm run bench:outbox");
const quick = process.argv.includes("--quick");
const many = quick ? 2_000 : 20_000;
const rounds = quick ? 1 : 3;
const db = await openDatabases(direct);
const client = await db.connect("product");
const requests = counting();

let words = "";
const taken: Delivery.Options["send"] = async (_id, _to, letter) => {
  words ||= JSON.stringify(letter);
  return { status: "sent", providerId: "bench" };
};
const at = () => new Date(Date.now() + 60_000);

/** Sends what waits, and returns how many messages a second went out. */
async function rate(count: number, options: Delivery.Options): Promise<number> {
  const began = performance.now();
  let sent = 0;
  while (sent < count) sent += (await Delivery.deliver(at(), { within: 600_000, ...options })).sent;
  return count / ((performance.now() - began) / 1000);
}

async function batches(): Promise<number> {
  await fill(client, many);
  return rate(many, { send: taken });
}

async function singles(): Promise<number> {
  const count = quick ? 50 : 200;
  await fill(client, count);
  return rate(count, { send: taken, batch: 1 });
}

async function raw(): Promise<number> {
  await fill(client, many);
  return rawBatches(client, many, 500, words);
}

async function besideReader(): Promise<number> {
  await fill(client, many);
  const reader = await db.connect("product");
  // A snapshot alone: it locks no table, and keeps dead rows from being removed.
  await reader.query("begin isolation level repeatable read");
  await reader.query("select txid_current_snapshot()");
  try {
    return await rate(many, { send: taken });
  } finally {
    await reader.query("rollback");
    await reader.end();
  }
}

const mails = quick ? 200 : 2_000;

async function sends(): Promise<number> {
  await fill(client, mails);
  return rate(mails, {});
}

const seen: Record<string, number[]> = {};
const parts = { batches, singles, raw, besideReader, sends, bare: () => bareMails(mails) };
try {
  for (let round = 0; round < rounds; round++) {
    for (const [name, part] of Object.entries(parts)) {
      const figure = await part();
      seen[name] = [...(seen[name] ?? []), figure];
      console.log(`${name}: ${Math.round(figure)} a second`);
    }
  }
  await fill(client, many);
  const before = requests().postgres;
  await rate(many, { send: taken });
  const perThousand = (1000 * (requests().postgres - before)) / many;

  const hooks = await hangingHooks(client, quick ? 60 : 300);
  const [calm, hung] = [await hooks.run(false), await hooks.run(true)];
  await hooks.stop();
  console.log(`webhooks: ${Math.round(calm)} a second, ${Math.round(hung)} with a third of the hosts hanging`);

  await fill(client, quick ? 10_000 : 100_000);
  globalThis.gc?.();
  let peak = 0;
  const base = process.memoryUsage().rss;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  await rate(quick ? 10_000 : 100_000, { send: taken });
  clearInterval(watch);

  const median = (name: keyof typeof parts) => seen[name]!.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!;
  const figures = {
    claims_per_single: ratio(median("batches"), median("singles")),
    claims_per_raw: ratio(median("batches"), median("raw")),
    // What claims_per_single would be if a batch cost no more than its statements on the server.
    raw_per_single: ratio(median("raw"), median("singles")),
    under_reader: ratio(median("besideReader"), median("batches")),
    sends_per_bare: ratio(median("sends"), median("bare")),
    beside_hung: ratio(hung, calm),
    postgres_requests_per_1000: ratio(perThousand, 1),
    peak_mb: Math.round((peak - base) / 2 ** 20),
    rss_mb: Math.round(peak / 2 ** 20),
  };
  console.log(
    `${env.APP_URL === undefined ? "" : "all sent; "}memory before the 100,000: ${Math.round(base / 2 ** 20)} MB`,
  );
  console.log(JSON.stringify(figures));
} finally {
  await client.query("truncate messages, channels, users cascade");
  await client.end();
  await db.clear();
  await db.close();
}
