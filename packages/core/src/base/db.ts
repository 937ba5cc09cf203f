import { NeonDbError, neon, neonConfig } from "@neondatabase/serverless";
import { env } from "./env.ts";
import { markStatements } from "./trace.ts";

export { NeonDbError };

if (env.DATABASE_HTTP_ENDPOINT) neonConfig.fetchEndpoint = env.DATABASE_HTTP_ENDPOINT;
// The driver has no time limit of its own, and a Lambda that hangs costs money until API Gateway gives up.
neonConfig.fetchFunction = (url: string, init: RequestInit) =>
  fetch(url, { ...init, body: markStatements(String(init.body)), signal: AbortSignal.timeout(25_000) });

/**
 * Sends one HTTP request to Postgres each time it is awaited (awaited twice, it runs twice). An atomic change is one
 * statement or one `sql.transaction([…])`. Cast what is read: dates `::text`, bigint `::float8`, instants with `utc()`.
 */
export const sql = neon(env.DATABASE_URL);

/** An instant as the API writes it: RFC 3339 in UTC with milliseconds, or null. */
export function utc(moment: Fragment) {
  return sql`to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Returns whether the statement may or may not have run: no answer came, or the server is shutting down. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof NeonDbError)) return false;
  return error.sourceError !== undefined || error.code === undefined || /^(08|57P|53)/.test(error.code);
}

/**
 * Awaits a change. When no answer comes, the change may have been made all the same: then `wasMade` asks, by a
 * statement that waits for it (`for share` on a row that it locks), and a change that was made succeeds.
 */
export async function orMade<T>(change: Promise<T>, wasMade: () => Promise<T | undefined>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const made = await wasMade().catch(() => undefined);
    if (made === undefined) throw error;
    return made;
  }
}

/** Returns whether the schema is not the one this code was written for: a table, column or function does not exist. */
export function isOutdated(error: unknown): boolean {
  return error instanceof NeonDbError && ["42P01", "42703", "42883"].includes(error.code ?? "");
}

/**
 * The name of the violated constraint, when `error` is a unique (23505), foreign key (23503) or check (23514)
 * violation.
 */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof NeonDbError && error.code?.startsWith("23") ? error.constraint : undefined;
}

/** A statement, or a piece of one; it is sent when it is awaited. */
export type Fragment = ReturnType<typeof sql>;

type Rows = Record<string, unknown>[];
type TransactionOptions = { readOnly?: true; isolationLevel?: "RepeatableRead" };

/**
 * Runs named statements in one transaction and one request, in the order in which they are named; a list of statements
 * counts as one name. Returns the rows of each statement by its name (of a list those of its last statement, of an
 * empty list none).
 */
export async function transaction<Name extends string>(
  statements: Record<Name, Fragment | Fragment[]>,
  options: TransactionOptions = {},
): Promise<Record<Name, Rows>> {
  const named = (Object.entries(statements) as [Name, Fragment | Fragment[]][]).map(
    ([name, statement]) => [name, [statement].flat()] as const,
  );
  const rows = (await sql.transaction(
    named.flatMap(([, list]) => list),
    options,
  )) as Rows[];
  const results = named.map(([name, list]) => [name, rows.splice(0, list.length).at(-1) ?? []] as const);
  return Object.fromEntries(results) as Record<Name, Rows>;
}
