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
 * Runs a TypeScript file in a process of its own, with the product's environment and, in `DATABASE_DIRECT_URL`, the
 * way past the gateway, on a migrated and seeded database that nothing else uses and that is gone afterwards: in a
 * Postgres of its own, or on the server that DATABASE_URL names.
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
    return end.since() ? 130 : await call(resolve(script), args, environment, end.asked);
  } finally {
    await services?.stop();
    await own?.drop();
  }
}

/** A new database on somebody's server. */
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

/** We wait for it whatever happens, and clean up after it. */
async function call(file: string, args: string[], environment: object, asked: Promise<void>): Promise<number> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), file, ...args], {
    env,
    stdio: "inherit",
  });
  asked.then(() => child.kill("SIGTERM"));
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  return code ?? (signal === "SIGINT" ? 130 : 143);
}
