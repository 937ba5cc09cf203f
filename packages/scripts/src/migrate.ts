import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type MigrationBuilder, runner } from "node-pg-migrate";
import pg from "pg";

const migrations = fileURLToPath(new URL("../../core/migrations", import.meta.url));
/** The lock that node-pg-migrate takes too. */
const lock = 7_241_865_325_823_964;

/**
 * The times (ms) that a statement of a migration may wait for a lock, and take. What waits for a lock on a table holds
 * up all later statements on it, also those that only read, so it gives up soon; then it is tried again.
 */
const limits = { lock_timeout: 3_000, statement_timeout: 900_000, idle_in_transaction_session_timeout: 60_000 };
const tries = 5;

type Options = {
  /** Also runs the migrations whose names end in `_finish`. */
  finish?: boolean;
  /** A folder of migrations other than the product's. */
  dir?: string;
  limits?: Partial<typeof limits>;
};

/**
 * Brings a database to the newest schema: runs all missing migrations in their order, each in a transaction of its own,
 * and stops at the first that fails; those before it stay. A second run that starts in the meantime waits for a session's
 * advisory lock and then finds nothing to do. `databaseUrl` must be the address of the server itself, not of a pooler,
 * which would share that session between clients.
 *
 * `finish` also runs the migrations whose names end in `_finish`: they remove what only code from before their number
 * needs, so they run once no such code does. A migration with a line `-- no transaction` runs statement by statement
 * outside of one, which `create index concurrently` requires.
 *
 * There is no migration 0011: the number was never given to a file. It stays free, so that every database has had the
 * migrations in the order of their names, except those that finish.
 * @returns the names of the migrations that ran
 */
export async function migrate(databaseUrl: string, options: Options = {}): Promise<string[]> {
  const { finish = true, dir = migrations } = options;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await takeLock(client);
    for (const [name, ms] of Object.entries({ ...limits, ...options.limits })) {
      await client.query(`set ${name} = ${ms}`);
    }
    const before = await done(client);
    for (let left = tries; ; left -= 1) {
      try {
        await run(client, dir, finish);
        return (await done(client)).filter((name) => !before.includes(name));
      } catch (error) {
        // A failed migration leaves the transaction that was begun for it.
        await client.query("rollback");
        if (left === 1 || (error as { code?: string }).code !== lockNotAvailable) throw error;
      }
    }
  } finally {
    await client.end();
  }
}

/**
 * Waits for another run to end. Between its tries it has no statement open: an index that is made concurrently waits for
 * every statement that began before it.
 */
async function takeLock(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${lock}) as taken`);
    if (rows[0]?.taken) return;
    await wait(100);
  }
}

const lockNotAvailable = "55P03";

/** The names of the migrations that have run, in the order of their numbers. */
async function done(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ there: boolean }>("select to_regclass('migrations') is not null as there");
  if (!rows[0]?.there) return [];
  const ran = await client.query<{ name: string }>("select name from migrations order by id");
  return ran.rows.map(({ name }) => name);
}

async function run(dbClient: pg.Client, dir: string, finish: boolean): Promise<void> {
  await runFiles({ dbClient, dir, noLock: true, ...(finish ? {} : { ignorePattern: "(\\..*|.*_finish\\.sql)" }) });
}

type Files = { dbClient: pg.Client; dir: string; noLock?: boolean; ignorePattern?: string };

/** Runs the migrations of a folder that the database has not had, but those with names of the pattern. */
export async function runFiles(files: Files): Promise<void> {
  await runner({
    ...files,
    direction: "up",
    migrationsTable: "migrations",
    migrationLoaderStrategies: [{ extensions: [".sql"], loader: load }],
    singleTransaction: false,
    // One that finishes may run after a later one.
    checkOrder: false,
    log: () => undefined,
  });
}

async function load(paths: string[]) {
  const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
  return paths.map((path, index) => ({ id: path, filePaths: [path], actions: actionsOf(texts[index] ?? "") }));
}

function actionsOf(text: string) {
  const up = (pgm: MigrationBuilder) => {
    if (!/^-- no transaction$/m.test(text)) return pgm.sql(text);
    pgm.noTransaction();
    for (const statement of text.split(/(?<=;)\s*\n/)) if (statement.trim()) pgm.sql(statement);
  };
  return { up, down: false as const };
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
