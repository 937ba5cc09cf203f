import pg from "pg";
import { Refused } from "../command.ts";

/** So that a value has the same text on every server. A long COPY may take its time, a lock may not. */
const settings = {
  search_path: "public",
  client_encoding: "UTF8",
  datestyle: "ISO, YMD",
  intervalstyle: "postgres",
  timezone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
  synchronize_seqscans: "off",
  statement_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  lock_timeout: "30s",
};

/**
 * Connects to the server itself: a pooler shares sessions, and a snapshot belongs to one.
 * @throws Refused for the address of a pooler of Neon, and where nothing answers
 */
export async function connect(databaseUrl: string): Promise<pg.Client> {
  if (!URL.canParse(databaseUrl)) throw new Refused("DATABASE_URL is no address of a Postgres.");
  if (new URL(databaseUrl).hostname.split(".")[0]?.endsWith("-pooler")) {
    throw new Refused("DATABASE_URL leads to a pooler. Take the direct address: without -pooler in the host.");
  }
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "backup", keepAlive: true });
  // A lost connection fails the statement that waits on it.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new Refused(`The Postgres in DATABASE_URL does not answer: ${(error as Error).message}`);
  }
  const set = Object.entries(settings).map(([name, value]) => `set ${name} = '${value}'`);
  await client.query(set.join("; "));
  return client;
}

/** The columns in the order of the backup, which the COPY in both directions names. */
export function columnList(columns: string[]): string {
  return columns.map((name) => pg.escapeIdentifier(name)).join(", ");
}

export const tableName = (name: string) => `public.${pg.escapeIdentifier(name)}`;
