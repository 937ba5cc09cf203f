import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { parseAddress } from "@travel-conductor/core/base/address";
import pg from "pg";
import { type Answer, type Server, same, serve } from "./http.ts";

const limit = 64 * 1024 * 1024;

/** A request to the gateway: one statement, or several in one transaction. Parameters are Postgres text. */
type Query = { query: string; params: (string | null)[] };

/**
 * Neon's SQL over HTTP in front of any Postgres. `connection` is the connection string for the driver; `requests`
 * counts all requests, refused ones too.
 */
export type NeonGateway = Server & { connection: string; requests: number };

/**
 * Speaks the protocol of @neondatabase/serverless 1.2 (its source is the specification) in front of the server of
 * `databaseUrl`. The driver's connection string must hold that server's user and password; it chooses the database.
 * Where `databaseUrl` has no password, the gateway asks for `password` instead.
 */
export async function startNeon(databaseUrl: string, password: string, port = 0): Promise<NeonGateway> {
  const server = new URL(databaseUrl);
  const [user, secret] = [server.username || "postgres", server.password || password];
  const database = server.pathname.length > 1 ? server.pathname : `/${user}`;
  const connection = `postgresql://${user}:${secret}@${server.host || "localhost"}${database}${server.search}`;
  const pools = new Map<string, pg.Pool>();
  const name = `gateway ${randomUUID()}`;

  function pool(database: string): pg.Pool {
    const known = pools.get(database);
    if (known) return known;
    const target = new URL(databaseUrl);
    target.pathname = database;
    // Identity parsers: a value stays the text that the server sent. Pipelining: a transaction is one round trip.
    const types = { getTypeParser: () => (text: string) => text };
    const options = { connectionString: target.href, application_name: name, max: 20, types, pipeline: true };
    const made = new pg.Pool(options as pg.PoolConfig);
    // A broken connection fails the query that waits on it, and the pool removes it without help.
    made.on("error", () => undefined).on("connect", (client) => client.on("error", () => undefined));
    pools.set(database, made);
    return made;
  }

  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    gateway.requests++;
    if (request.method !== "POST") return refused(405, "Only POST is answered here");
    const header = String(request.headers["neon-connection-string"]);
    const login = parseAddress(header);
    if (!login) return refused(400, "The Neon-Connection-String header is missing or cannot be read");
    if (!same(login.username, user) || !same(login.password, secret)) {
      const message = `password authentication failed for user "${login.username}"`;
      return { status: 400, body: { message, severity: "FATAL", code: "28P01" } };
    }
    const parsed = parse(body);
    if (typeof parsed === "string") return refused(400, parsed);
    const opening = beginStatement(request.headers);
    if (!opening) return refused(400, "A Neon-Batch header asks for a mode that does not exist");
    try {
      const results = await run(await pool(login.pathname).connect(), parsed, opening);
      const text = JSON.stringify(parsed.batch ? { results } : results[0]);
      if (Buffer.byteLength(text) > limit) return refused(507, `The answer is larger than ${limit} bytes`);
      return { status: 200, body: text };
    } catch (error) {
      if (error instanceof pg.DatabaseError) return { status: 400, body: fields(error) };
      return refused(503, (error as Error).message);
    }
  }

  const listening = await serve(answer, limit, port);
  const gateway: NeonGateway = {
    ...listening,
    connection,
    requests: 0,
    stop: async () => {
      await listening.stop();
      const all = [...pools.values()];
      if (all.some((each) => each.idleCount < each.totalCount)) await interrupt(databaseUrl, name);
      await Promise.all(all.map((each) => each.end()));
    },
  };
  return gateway;
}

/** Ends the sessions of this application name: their answers have no reader any more. */
async function interrupt(databaseUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const query = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1";
  await client.query(query, [name]).finally(() => client.end());
}

type ParsedBody = { batch: boolean; queries: Query[] };

/** Returns the request, or a sentence about the fault in the body. */
function parse(body: Buffer): ParsedBody | string {
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    return "The body is not JSON";
  }
  const batch = typeof json === "object" && json !== null && "queries" in json;
  const queries: unknown = batch ? (json as { queries: unknown }).queries : [json];
  if (!Array.isArray(queries)) return '"queries" must be an array';
  const fault = queries.map(faultOf).find((each) => each !== undefined);
  return fault ?? { batch, queries: queries as Query[] };
}

function faultOf(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null) return "A query must be an object";
  const { query, params = [] } = json as Partial<Query>;
  if (typeof query !== "string" || query.includes("\0")) return '"query" must be a string without NUL';
  if (!Array.isArray(params) || !params.every((each) => each === null || typeof each === "string")) {
    return '"params" must be an array of strings and nulls';
  }
  // The wire protocol counts parameters in 16 bits.
  if (params.length > 65_535) return `"params" may hold 65535 values, not ${params.length}`;
  return undefined;
}

const modes = new Map([
  ["neon-batch-isolation-level ReadUncommitted", " isolation level read uncommitted"],
  ["neon-batch-isolation-level ReadCommitted", " isolation level read committed"],
  ["neon-batch-isolation-level RepeatableRead", " isolation level repeatable read"],
  ["neon-batch-isolation-level Serializable", " isolation level serializable"],
  ["neon-batch-read-only true", " read only"],
  ["neon-batch-read-only false", " read write"],
  ["neon-batch-deferrable true", " deferrable"],
  ["neon-batch-deferrable false", " not deferrable"],
]);

/**
 * Returns the statement that begins the transaction as the headers ask; undefined when a header asks for a mode that
 * does not exist.
 */
function beginStatement(headers: IncomingHttpHeaders): string | undefined {
  const named = Object.entries(headers).filter(([name]) => name.startsWith("neon-batch-"));
  const parts = named.map(([name, value]) => modes.get(`${name} ${value}`));
  return parts.includes(undefined) ? undefined : `begin${parts.join("")}`;
}

/** Sends all statements at once. The first error is the cause; the later ones follow from it. */
async function run(client: pg.PoolClient, { batch, queries }: ParsedBody, opening: string) {
  const begun = batch ? client.query(opening) : undefined;
  const statements = queries.map(({ query, params }) =>
    client.query({ text: query, values: params ?? [], rowMode: "array", queryMode: "extended" } as pg.QueryArrayConfig),
  );
  const ended = batch ? client.query("commit") : undefined;
  // Fails inside a transaction that was left open: then the connection is closed, and the transaction with it.
  client.query("discard all").then(
    () => client.release(),
    () => client.release(true),
  );
  const [results] = await Promise.all([Promise.all(statements), begun, ended]);
  return results.map(({ fields, rows, command, rowCount }) => ({ fields, rows, command, rowCount, rowAsArray: true }));
}

function fields(error: pg.DatabaseError): Record<string, string | undefined> {
  const { message, severity, code, detail, hint, position, internalPosition, internalQuery, where } = error;
  const { schema, table, column, dataType, constraint, file, line, routine } = error;
  const place = { schema, table, column, dataType, constraint, file, line, routine };
  return { message, severity, code, detail, hint, position, internalPosition, internalQuery, where, ...place };
}

function refused(status: number, message: string): Answer {
  return { status, body: { message } };
}
