import { parseAddress } from "@travel-conductor/core/base/address";
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
  const address = parseAddress(databaseUrl);
  if (!address) throw new Refused("DATABASE_URL is no address of a Postgres.");
  if (address.hostname.split(".")[0]?.endsWith("-pooler")) {
    throw new Refused("DATABASE_URL leads to a pooler. Take the direct address: without -pooler in the host.");
  }
  const client = await open(databaseUrl).catch((error: Error) => {
    throw new Refused(`The Postgres in DATABASE_URL does not answer: ${error.message}`);
  });
  const set = Object.entries(settings).map(([name, value]) => `set ${name} = '${value}'`);
  await client.query(set.join("; "));
  return client;
}

/** Creates the database where its server has none of this name. */
export async function createMissing(databaseUrl: string): Promise<void> {
  const client = await open(databaseUrl).catch((error: pg.DatabaseError) => {
    // Any other error is said by the next connection.
    return error.code === missingDatabase ? undefined : null;
  });
  await client?.end();
  if (client !== undefined) return;
  const url = new URL(databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = "/postgres";
  const server = await open(url.href);
  await server.query(`create database ${pg.escapeIdentifier(name)}`).finally(() => server.end());
}

const missingDatabase = "3D000";

async function open(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: "backup", keepAlive: true });
  // A lost connection fails the statement that waits on it.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** The columns in the order of the backup, which the COPY in both directions names. */
export function columnList(columns: string[]): string {
  return columns.map((name) => pg.escapeIdentifier(name)).join(", ");
}

export const tableName = (name: string) => `public.${pg.escapeIdentifier(name)}`;
