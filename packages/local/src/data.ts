import { resolve } from "node:path";
import { migrate } from "@travel-conductor/scripts/migrate";
import { dataFolder } from "./datafolder.ts";
import { endOfRun } from "./process.ts";
import { call } from "./run.ts";
import { type Services, startServices } from "./services.ts";
import { Trouble } from "./trouble.ts";

/**
 * Runs a TypeScript file in a process of its own on the data that `npm start` keeps in DATA_DIR, which must not run
 * meanwhile; or on the database that DATABASE_URL names, with gateways before it and the key of DATA_DIR, such as that of
 * a running `npm start`. Where the environment names the services of a stage, the file runs in it as it is.
 * @returns the file's exit code
 */
export async function main([script, ...args]: string[]): Promise<number> {
  if (!script) throw new Trouble("Use: node packages/local/boot.mjs data file.ts [arguments]");
  const end = endOfRun();
  if (process.env.UPSTASH_REDIS_REST_URL) return call(resolve(script), args, {}, end.requested);
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
  const folder = dataFolder();
  let services: Services | undefined;
  try {
    services = await startServices({
      ...{ databaseUrl, redisUrl, postgres: { dir: resolve(folder, "postgres") } },
      masterKeyFile: resolve(folder, "kms-key"),
    });
    if (!databaseUrl) await migrate(services.direct.postgres);
    const environment = { ...services.environment, DATABASE_URL: services.direct.postgres };
    return end.since() ? 130 : await call(resolve(script), args, environment, end.requested);
  } finally {
    await services?.stop();
  }
}
