import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { migrate } from "@travel-conductor/scripts/migrate";
import { seed } from "@travel-conductor/scripts/seed";
import { startClock } from "./clock.ts";
import { clocks } from "./clocks.ts";
import { startConsumer } from "./consumer.ts";
import { type Door, startDoor } from "./door.ts";
import { withHealth } from "./health.ts";
import { withOutbox } from "./outbox.ts";
import { type Past, startPast } from "./past.ts";
import { endOfRun } from "./process.ts";
import { type Services, startServices } from "./services.ts";
import { Trouble } from "./trouble.ts";

const data = fileURLToPath(new URL("../../../.data", import.meta.url));
const usage = "npm start [-- --fresh] [--bare]: what else can be told stands in .env.example";

/**
 * Runs the product on this machine until Ctrl-C or SIGTERM: API, clocks, queues, outbox, Postgres and Redis. Fills the
 * past of the simulated market, unless `--bare`. Data stays in DATA_DIR (default `.data/`) until `--fresh`; PORT chooses the API's port; DATABASE_URL and REDIS_URL replace the
 * servers that it would start.
 * @throws Trouble when a port, a server or an argument is wrong
 */
export async function main(args: string[]): Promise<number> {
  const { fresh, bare, port } = parse(args);
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, DATA_DIR = data } = process.env;
  const end = endOfRun();
  let door: Door | undefined;
  let services: Services | undefined;
  let running: { stop: () => Promise<void> }[] = [];
  try {
    door = await startDoor(port);
    services = await startServices({ databaseUrl, redisUrl, postgres: { dir: resolve(DATA_DIR, "postgres"), fresh } });
    process.env.ALLOWED_ORIGINS ??= `${door.url},${door.url.replace("localhost", "127.0.0.1")}`;
    process.env.APP_URL ??= door.url;
    Object.assign(process.env, services.environment);
    await migrate(services.direct.postgres);
    await seed(services.direct.postgres);
    const { app } = await import("@travel-conductor/functions/api/index");
    const handlers = await Promise.all(clocks.map((clock) => clock.load()));
    const refresh = await import("@travel-conductor/functions/queue/refresh");
    const help = await import("@travel-conductor/functions/queue/sweep");
    const { isSimulatedMarket } = await import("@travel-conductor/core/flight");
    let past: Past | undefined;
    door.open(withHealth(withOutbox(app, services.mailbox), () => (past ? { past: past.state() } : {})));
    if (!bare && isSimulatedMarket) past = startPast(() => new Date());
    running = [
      ...(past ? [past] : []),
      startConsumer(services.queues.refresh, refresh.handler),
      startConsumer(services.queues.sweep, help.handler, { size: 1, timeout: 60_000 }),
      ...handlers.map(({ handler }, index) => startClock(handler, clocks[index]!.milliseconds)),
    ];
    console.log(`Travel Conductor is up.
  API       ${door.url}
  Docs      ${door.url}/docs
  Outbox    ${door.url}/outbox  (mail it would send)
  Postgres  ${services.direct.postgres}${databaseUrl ? "" : "  (kept between runs; npm start -- --fresh empties it)"}
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
    await services?.stop();
  }
}

function parse(args: string[]): { fresh: boolean; bare: boolean; port: number } {
  const { PORT = "3000", DATABASE_URL } = process.env;
  if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) throw new Trouble(`PORT must be 0 to 65535, not ${PORT}`);
  try {
    const flag = { type: "boolean", default: false } as const;
    const { fresh, bare } = parseArgs({ args, options: { fresh: flag, bare: flag } }).values;
    if (!fresh || !DATABASE_URL) return { fresh, bare, port: Number(PORT) };
  } catch (error) {
    throw new Trouble(`${(error as Error).message}\n${usage}`);
  }
  throw new Trouble(
    "--fresh empties the Postgres that npm start brings; the one DATABASE_URL names is yours to empty.",
  );
}
