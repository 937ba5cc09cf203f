import { fileURLToPath, pathToFileURL } from "node:url";
import { runner } from "node-pg-migrate";

const migrations = fileURLToPath(new URL("../../core/migrations", import.meta.url));

/**
 * Brings a database to the newest schema: runs all missing migrations in one transaction, or none. A second run that
 * starts in the meantime waits at a session's advisory lock and then finds nothing to do. `databaseUrl` must be the
 * address of the server itself, not of a pooler, which would share that session between clients.
 *
 * `finish` also runs the migrations whose names end in `_finish`: they remove what only code from before their number
 * needs, so they run once no such code does.
 *
 * There is no migration 0011: the number was never given to a file. It stays free, so that every database has had the
 * migrations in the order of their names, except those that finish.
 * @returns the names of the migrations that ran
 */
export async function migrate(databaseUrl: string, { finish = true } = {}): Promise<string[]> {
  const ran = await runner({
    databaseUrl,
    dir: migrations,
    direction: "up",
    migrationsTable: "migrations",
    ...(finish ? {} : { ignorePattern: "(\\..*|.*_finish\\.sql)" }),
    // One that finishes may run after a later one.
    checkOrder: false,
    advisoryLockMode: "wait",
    log: () => undefined,
  });
  return ran.map(({ name }) => name);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const url = process.env.DATABASE_URL;
  if (url) {
    const names = await migrate(url, { finish: process.argv.includes("--finish") });
    console.log(names.length === 0 ? "The schema is up to date." : `Migrated: ${names.join(", ")}`);
  } else {
    console.error("DATABASE_URL is not set: where is the Postgres to migrate?");
    process.exitCode = 1;
  }
}
