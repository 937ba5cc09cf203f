import { fileURLToPath, pathToFileURL } from "node:url";
import { runner } from "node-pg-migrate";

const migrations = fileURLToPath(new URL("../../core/migrations", import.meta.url));

/**
 * Brings a database to the newest schema: all missing migrations in one transaction, or none. A second one that starts
 * meanwhile waits at a session's advisory lock, and then has nothing left to do. `databaseUrl` must lead to the server
 * itself, not to a pooler, which would hand that lock around.
 * @returns the names of the migrations that ran
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const ran = await runner({
    databaseUrl,
    dir: migrations,
    direction: "up",
    migrationsTable: "migrations",
    advisoryLockMode: "wait",
    log: () => undefined,
  });
  return ran.map(({ name }) => name);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error("DATABASE_URL is not set: where is the Postgres to migrate?");
  const names = await migrate(url);
  console.log(names.length === 0 ? "The schema is up to date." : `Migrated: ${names.join(", ")}`);
}
