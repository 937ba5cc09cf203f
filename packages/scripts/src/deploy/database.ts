import pg from "pg";
import { Refused } from "../command.ts";

const leastVersion = 15;
/** The advisory lock of a deploy: any number, always this one. */
const lock = 5_513_320_416_904;

/** The address of the server itself: Neon's pooler has `-pooler` in its name, and shares sessions between clients. */
export function directOf(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.hostname = url.hostname.replace(/^([^.]+)-pooler\./, "$1.");
  return url.href;
}

/**
 * Checks the version of the server, and keeps out other deploys until `release`. The lock belongs to a session, so it
 * ends with this process too.
 * @throws Refused when the server cannot be reached or is too old, or another deploy runs
 */
export async function occupy(databaseUrl: string): Promise<{ version: string; release: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 15_000, keepAlive: true });
  // A lost session is noticed where it is used.
  client.on("error", () => undefined);
  await client.connect().catch((error: Error & { code?: string }) => {
    throw new Refused(`Postgres does not let us in: ${error.message || error.code}`);
  });
  const refuse = async (why: string) => {
    await client.end();
    throw new Refused(why);
  };
  const { rows } = await client.query<{ number: number; version: string; mine: boolean }>(
    `select current_setting('server_version_num')::int as number,
            current_setting('server_version') as version,
            pg_try_advisory_lock($1) as mine`,
    [lock],
  );
  const { number = 0, version = "", mine } = rows[0] ?? {};
  if (number < leastVersion * 10_000) return refuse(`Postgres is ${version}, and must be ${leastVersion} or newer.`);
  if (!mine) return refuse("Another deploy is on its way to this database. Wait until it has ended.");
  return { version, release: () => client.end() };
}
