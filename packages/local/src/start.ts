import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { fillHolidays } from "@travel-conductor/scripts/holidays";
import { migrate } from "@travel-conductor/scripts/migrate";
import { seed } from "@travel-conductor/scripts/seed";
import { startClock } from "./clock.ts";
import { clocks, restOf } from "./clocks.ts";
import { startConsumer } from "./consumer.ts";
import { dataFolder } from "./datafolder.ts";
import { type Door, startDoor } from "./door.ts";
import { withHealth } from "./health.ts";
import { isOutboxPath, withOutbox } from "./outbox.ts";
import { type Past, startPast } from "./past.ts";
import { endOfRun } from "./process.ts";
import { formatSpeed, type ProductTime, parseSpeed, productNow, startProductTime } from "./producttime.ts";
import { keptPushKey, newPushKey } from "./pushkey.ts";
import { startReports } from "./reports.ts";
import { type Services, startServices } from "./services.ts";
import { withProductTime } from "./telltime.ts";
import { Trouble } from "./trouble.ts";
import { buildWeb, withWeb } from "./web.ts";

const usage = "npm start [-- --fresh] [--bare] [--speed 1h/s]: what else can be told stands in .env.example";

/**
 * Runs the product on this machine until Ctrl-C or SIGTERM: API, clocks, queues, outbox, Postgres and Redis. Fills the
 * past of the simulated market, unless `--bare`. Data stays in DATA_DIR (default `.data/`) until `--fresh`; PORT chooses
 * the API's port; DATABASE_URL and REDIS_URL replace the servers that it would start. With `--speed` product time runs
 * faster than real time (producttime.ts).
 * @throws Trouble when a port, a server or an argument is wrong
 */
export async function main(args: string[]): Promise<number> {
  const { fresh, bare, port, speed } = parse(args);
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
  const folder = dataFolder();
  const addressFile = resolve(folder, "address");
  const address = existsSync(addressFile) ? readFileSync(addressFile, "utf8") : undefined;
  const end = endOfRun();
  let door: Door | undefined;
  let services: Services | undefined;
  let time: ProductTime | undefined;
  let running: { stop: () => Promise<void> }[] = [];
  try {
    door = await startDoor(port);
    const built = buildWeb();
    // An error is thrown where it is waited for.
    built.catch(() => undefined);
    services = await startServices({
      databaseUrl,
      redisUrl,
      postgres: { dir: resolve(folder, "postgres"), fresh, address },
      masterKeyFile: resolve(folder, "kms-key"),
      // Its cards are as lasting as the accounts that have them.
      stripeFile: databaseUrl ? undefined : keptStripe(folder, fresh),
    });
    if (!databaseUrl) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(addressFile, door.url);
    }
    process.env.ALLOWED_ORIGINS ??= `${door.url},${door.url.replace("localhost", "127.0.0.1")}`;
    process.env.APP_URL ??= door.url;
    // So that a receiver of webhooks on this machine can be tried.
    process.env.CHANNELS_TO_LOOPBACK ??= "yes";
    // A Postgres of this machine need not sleep.
    process.env.GATHER_MINUTES ??= "0";
    // As in the cloud, the API takes only what came through the door.
    process.env.EDGE_SECRET ??= randomBytes(24).toString("hex");
    Object.assign(process.env, withOwnStripe(services.environment));
    process.env.PUSH_PRIVATE_KEY ??= databaseUrl ? newPushKey() : keptPushKey(resolve(folder, "push-key"));
    await migrate(services.direct.postgres);
    await seed(services.direct.postgres);
    time = await startProductTime(services.direct.postgres, speed);
    const { app } = await import("@travel-conductor/functions/api/index");
    const handlers = await Promise.all(clocks.map((clock) => clock.load()));
    const refresh = await import("@travel-conductor/functions/queue/refresh");
    const help = await import("@travel-conductor/functions/hurried/sweep");
    const deliver = await import("@travel-conductor/functions/hurried/deliver");
    const book = await import("@travel-conductor/functions/hurried/book");
    const exporting = await import("@travel-conductor/functions/hurried/export");
    const cards = await import("@travel-conductor/functions/hurried/cards");
    const feedback = await import("@travel-conductor/functions/queue/feedback");
    const { isSimulatedMarket } = await import("@travel-conductor/core/flight");
    let past: Past | undefined;
    const api = withHealth(withOutbox(app, services.mailbox), () => (past ? { past: past.state() } : {}));
    await built;
    const pages = withWeb(api, isOutboxPath);
    door.open(time ? withProductTime(pages, time) : pages, process.env.EDGE_SECRET);
    await services.telegram.tell(`${door.url}/v1/webhooks/telegram`, services.environment.TELEGRAM_SECRET);
    services.stripe.tell(`${door.url}/v1/webhooks/stripe`);
    if (!bare && isSimulatedMarket) past = startPast(productNow);
    // Pages of places show none until then.
    const holidays = bare ? undefined : startHolidays(services.direct.postgres);
    running = [
      ...(past ? [past] : []),
      ...(holidays ? [holidays] : []),
      startReports(services.ses, feedback.handler),
      startConsumer(services.queues.refresh, refresh.handler),
      services.lambdas.deliver.serve(deliver.handler),
      services.lambdas.book.serve(book.handler),
      services.lambdas.export.serve(exporting.handler),
      services.lambdas.cards.serve(cards.handler),
      services.lambdas.help.serve(help.handler),
      ...handlers.map(({ handler }, index) => startClock(handler, restOf(clocks[index]!, time?.speed ?? 1))),
    ];
    console.log(`Travel Conductor is up.
  API       ${door.url}
  Docs      ${door.url}/docs
  Outbox    ${door.url}/outbox  (mail it would send)
${time ? `  Time      ${formatSpeed(time.speed)}, now ${productNow().toISOString()}\n` : ""}  Postgres  ${services.direct.postgres}${databaseUrl ? "" : "  (kept between runs; npm start -- --fresh empties it)"}
Ctrl-C stops everything.`);
    await end.requested;
    console.log("Stopping …");
    return 0;
  } catch (error) {
    // Ctrl-C also ends the compiler process, so that an import that is still running fails.
    if (end.since()) return 0;
    throw error;
  } finally {
    await Promise.all(running.map((each) => each.stop()));
    await door?.stop();
    await time?.stop();
    await services?.stop();
  }
}

/** Fills in the public holidays beside everything else. */
function startHolidays(databaseUrl: string): { stop: () => Promise<void> } {
  const stopped = new AbortController();
  const filled = fillHolidays(databaseUrl, productNow(), { signal: stopped.signal }).catch((error: Error) => {
    console.log(`Public holidays could not be filled in (${error.message}).`);
  });
  return {
    stop: async () => {
      stopped.abort();
      await filled;
    },
  };
}

/** The file of the stand-in for Stripe, which a fresh start begins anew. */
function keptStripe(folder: string, fresh: boolean): string {
  const file = resolve(folder, "stripe.json");
  if (fresh) rmSync(file, { force: true });
  mkdirSync(folder, { recursive: true });
  return file;
}

/** Without the stand-in, where the environment names an account at Stripe. */
function withOwnStripe(environment: Services["environment"]): Partial<Services["environment"]> {
  if (!process.env.STRIPE_KEY) return environment;
  const { STRIPE_KEY, STRIPE_PUBLIC_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_URL, ...rest } = environment;
  return rest;
}

type Settings = { fresh: boolean; bare: boolean; port: number; speed: number | undefined };

function parse(args: string[]): Settings {
  const { PORT = "3000", DATABASE_URL } = process.env;
  if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) throw new Trouble(`PORT must be 0 to 65535, not ${PORT}`);
  const { fresh, bare, speed: given } = options(args);
  const speed = given === undefined ? undefined : parseSpeed(given);
  if (DATABASE_URL && fresh) {
    throw new Trouble(
      "--fresh empties the Postgres that npm start brings; the one DATABASE_URL names is yours to empty.",
    );
  }
  if (DATABASE_URL && speed) {
    throw new Trouble(
      "--speed leaves moments that are yet to come in the data: it is for the Postgres that npm start brings, not for the one DATABASE_URL names.",
    );
  }
  const { FLIGHT_PROVIDER, DUFFEL_ACCESS_TOKEN } = process.env;
  if (speed && (FLIGHT_PROVIDER === "duffel" || (DUFFEL_ACCESS_TOKEN && FLIGHT_PROVIDER !== "simulator"))) {
    throw new Trouble(
      "--speed would spend a month's budget of calls to Duffel in minutes: set FLIGHT_PROVIDER=simulator with it.",
    );
  }
  return { fresh, bare, port: Number(PORT), speed };
}

function options(args: string[]) {
  try {
    const flag = { type: "boolean", default: false } as const;
    return parseArgs({ args, options: { fresh: flag, bare: flag, speed: { type: "string" } } }).values;
  } catch (error) {
    throw new Trouble(`${(error as Error).message}\n${usage}`);
  }
}
