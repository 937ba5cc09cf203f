import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { resolve } from "node:path";
import { migrate } from "@travel-conductor/scripts/migrate";
import { seed } from "@travel-conductor/scripts/seed";
import pg from "pg";
import { endOfRun } from "./process.ts";
import { type Services, startServices } from "./services.ts";
import { Trouble } from "./trouble.ts";

/**
 * Runs a TypeScript file in a process of its own, on a migrated and seeded database that no other process uses and that
 * is dropped afterwards: in a Postgres of its own, or on the server that DATABASE_URL names. The process gets the
 * product's environment and, in `DATABASE_DIRECT_URL`, the address of the database without the gateway.
 * @returns the file's exit code
 */
export async function main([script, ...args]: string[]): Promise<number> {
  if (!script) throw new Trouble("Use: node packages/local/boot.mjs run file.ts [arguments]");
  const end = endOfRun();
  const own = process.env.DATABASE_URL ? await ownDatabase(process.env.DATABASE_URL) : undefined;
  let services: Services | undefined;
  try {
    services = await startServices({ databaseUrl: own?.url });
    await migrate(services.direct.postgres);
    await seed(services.direct.postgres);
    const environment = { ...services.environment, DATABASE_DIRECT_URL: services.direct.postgres };
    return end.since() ? 130 : await call(resolve(script), args, environment, end.requested);
  } finally {
    await services?.stop();
    await own?.drop();
  }
}

/** Creates a database on the server of the developer. */
async function ownDatabase(server: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `travel_run_${randomBytes(6).toString("hex")}`;
  const admin = async (statement: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await admin(`create database ${name}`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, drop: () => admin(`drop database ${name} with (force)`) };
}

/**
 * Runs the file and passes the end of the run on as SIGTERM. Waits for its exit in every case, because the caller
 * cleans up afterwards.
 */
export async function call(
  file: string,
  args: string[],
  environment: object,
  requested: Promise<void>,
): Promise<number> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), file, ...args], {
    env,
    stdio: "inherit",
  });
  requested.then(() => child.kill("SIGTERM"));
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  return code ?? (signal === "SIGINT" ? 130 : 143);
}
