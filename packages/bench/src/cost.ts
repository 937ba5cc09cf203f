import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { newPushKey } from "@travel-conductor/local/pushkey";
import { total } from "./cost/bill.ts";
import { readDeployed } from "./cost/deployed.ts";
import type { Pages } from "./cost/habits.ts";
import { createMeter } from "./cost/meter.ts";
import { install, now } from "./cost/moment.ts";
import { usedOf } from "./cost/postgres.ts";
import { createQueues } from "./cost/queues.ts";
import {
  actionTable,
  fixedTable,
  type Measured,
  type Month,
  measured,
  monthOf,
  searchTable,
  serviceTable,
} from "./cost/report.ts";
import { createShift } from "./cost/shift.ts";

// Counts what a month costs: lets simulated days pass for nobody, 100, 1,000 and 100,000 people on the real product, and
// prices what was used (cost/prices.json). `--people 100` (or `100,1000`) runs only these stages beside the idle one; `--share 40` has
// one in forty of the 100,000 (in twenty by default). docs/cost.md says how it counts. The last line has the figures.
const { values } = parseArgs({
  args: process.argv.slice(2).filter((each) => each !== "--"),
  options: {
    people: { type: "string" },
    days: { type: "string", default: "1" },
    share: { type: "string", default: "20" },
  },
});
/** The people of the largest stage, which is run in part. */
const whole = 100_000;
const days = Number(values.days);
const share = Number(values.share);
const { DATABASE_DIRECT_URL: direct } = process.env;
if (!direct) throw new Error("DATABASE_DIRECT_URL is not set: run it as npm run bench:cost");

const deployed = await readDeployed();
const pages = weighPages();
// The product reads its environment when it is loaded.
const secret = "a secret of the bench, 40 characters long".replaceAll(" ", "-");
Object.assign(process.env, {
  SST_STAGE: "cost",
  AWS_REGION: "eu-west-2",
  FLIGHT_PROVIDER: "simulator",
  APP_URL: "https://app.example.com",
  ALLOWED_ORIGINS: "https://app.example.com",
  OFFER_SECRET: secret,
  FACTOR_SECRET: secret,
  MESSAGE_SECRET: secret,
  PUSH_PRIVATE_KEY: newPushKey(),
});
const { env } = process;
install();
const queues = createQueues(now);
const meter = createMeter(
  {
    postgres: String(env.DATABASE_HTTP_ENDPOINT),
    redis: String(env.UPSTASH_REDIS_REST_URL),
    queue: new URL(String(env.REFRESH_QUEUE_URL)).origin,
    call: new URL(String(env.DELIVER_LAMBDA_URL)).origin,
    mail: String(env.AWS_ENDPOINT_URL_SESV2),
    keys: String(env.KMS_URL),
  },
  queues,
);
async function redis(command: (string | number)[]): Promise<unknown> {
  const response = await meter.uncounted(String(env.UPSTASH_REDIS_REST_URL), {
    method: "POST",
    headers: { authorization: `Bearer ${env.UPSTASH_REDIS_REST_TOKEN}` },
    body: JSON.stringify(command),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return result;
}

const shift = await createShift(direct, redis);
const { provider } = await import("@travel-conductor/core/flight");
const { search } = provider;
provider.search = (...question) => meter.search(() => search.apply(provider, question));
const { run } = await import("./cost/day.ts");
const names = [
  "api/lambda",
  ...deployed.clocks.map(({ handler }) => handler),
  ...deployed.queues.map(({ handler }) => handler),
  ...deployed.hurried.map(({ handler }) => handler),
];
const handlers = new Map(
  await Promise.all(
    names.map(async (name) => [name, (await import(`../../functions/src/${name}.ts`)).handler] as const),
  ),
);
const addresses = {
  "queue/refresh": env.REFRESH_QUEUE_URL,
  "hurried/deliver": env.DELIVER_LAMBDA_URL,
  "hurried/book": env.BOOK_LAMBDA_URL,
  "hurried/export": env.EXPORT_LAMBDA_URL,
  "hurried/cards": env.CARDS_LAMBDA_URL,
  "hurried/sweep": env.HELP_LAMBDA_URL,
};

const { rows } = await shift.client.query(
  `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`,
);
const empty: string[] = [];
for (const { name } of rows)
  if ((await shift.client.query(`select from public."${name}" limit 1`)).rowCount === 0) empty.push(`public."${name}"`);
const { bytes: emptyBytes } = await usedOf(shift.client);
const world = { meter, shift, queues, deployed, pages, addresses, handlers, redis, emptyBytes };

async function measure(name: string, people: number, part = 1): Promise<Measured> {
  // Without triggers, which truncate tables of their own.
  await shift.client.query(
    `set session_replication_role = replica; truncate ${empty.join(", ")} cascade; set session_replication_role = origin`,
  );
  await redis(["flushall"]);
  const stage = { name, people: Math.round(people / part), share: part, days };
  const day = await run(world, stage);
  const failed = [...day.statuses].filter(([key]) => !/ 2\d\d$/.test(key));
  if (failed.length > 0) console.log(`  refused: ${failed.map(([key, count]) => `${count} × ${key}`).join("; ")}`);
  if (meter.faults.length > 0) console.log(`  ${meter.faults.length} faults in the log, the first: ${meter.faults[0]}`);
  return measured(stage, day, meter);
}

const idle = await measure("nobody", 0);
const idleMonth = monthOf(idle, undefined, deployed);
const months: Month[] = [idleMonth];
const wanted = values.people === undefined ? [100, 1_000, whole] : values.people.split(",").map(Number);
async function bill(people: number, part = 1): Promise<void> {
  months.push(monthOf(await measure(people.toLocaleString("en"), people, part), idle, deployed));
}
for (const people of wanted.filter((each) => each < whole)) await bill(people);
if (wanted.includes(whole)) {
  const half = monthOf(await measure(`a part, 1 in ${2 * share},`, whole, 2 * share), idle, deployed);
  await bill(whole, share);
  const all = months.at(-1)!;
  const [one, other] = [half, all].map(({ all }) => total(all, false)) as [number, number];
  console.log(
    `\nLinear: by 1 in ${2 * share} people the 100,000 cost $${one.toFixed(0)}, by 1 in ${share} $${other.toFixed(0)} (ratio ${(other / one).toFixed(3)}); searches ${(all.searches / half.searches).toFixed(3)}, alerts ${(all.alerts / half.alerts).toFixed(3)}.`,
  );
}
console.log(`\n${serviceTable(months)}\n\n${fixedTable(deployed.fixed)}\n\n${searchTable(months, 0.02)}`);
console.log(`\nBy action, of ${months.at(-1)!.name}:\n\n${actionTable(months.at(-1)!)}\n`);

const month = (people: number) => months.find((each) => each.people === people && each.people > 0);
const short = (value: number | undefined) =>
  value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(3));
const price = (of: Month | undefined) => short(of && total(of.all, false));
const perAlert = (of: Month | undefined) => short(of && of.swept / of.alerts);
console.log(
  JSON.stringify({
    fixed_month: short(total(deployed.fixed, false)),
    idle_month: price(idleMonth),
    month_100: price(month(100)),
    month_1000: price(month(1_000)),
    person_100000: short((price(month(whole)) ?? Number.NaN) / whole),
    awake_share_idle: short(idleMonth.awakeShare),
    searches_per_alert_1000: perAlert(month(1_000)),
    searches_per_alert_100000: perAlert(month(whole)),
  }),
);
await shift.stop();

/** Builds the web client, and weighs its files as they are sent: compressed, where that is smaller. */
function weighPages(): Pages {
  const web = fileURLToPath(new URL("../../web/", import.meta.url));
  const out = mkdtempSync(join(tmpdir(), "cost-web-"));
  try {
    const vite = join(web, "node_modules/vite/bin/vite.js");
    const environment = { ...process.env, NODE_ENV: "production" };
    execFileSync(process.execPath, [vite, "build", "--outDir", out, "--emptyOutDir"], {
      cwd: web,
      stdio: "ignore",
      env: environment,
    });
    const sent = (path: string) => {
      const bytes = readFileSync(path);
      return Math.min(bytes.length, gzipSync(bytes).length);
    };
    // What the two pages name; other files come when a screen needs them, and are left out.
    const named = ["index.html", "app.html"].map((name) => readFileSync(join(out, name), "utf8")).join("");
    const files = [...new Set([...named.matchAll(/assets\/[\w.-]+\.(?:js|css|woff2)/g)].map(([path]) => path))];
    return {
      page: sent(join(out, "index.html")),
      files: files.reduce((sum, name) => sum + sent(join(out, name)), 0),
      count: files.length + 1,
    };
  } finally {
    rmSync(out, { recursive: true });
  }
}
