import type { NeonDbError, NeonQueryFunction } from "@neondatabase/serverless";
import { env } from "./env.ts";
import { markStatements } from "./trace.ts";

// biome-ignore lint/suspicious/noExplicitAny: the statement says what type a column has.
type Rows = Record<string, any>[];
type Driver = NeonQueryFunction<false, false>;
type TransactionOptions = { readOnly?: true; isolationLevel?: "RepeatableRead" };

let loaded: Promise<Driver> | undefined;

/** Neon's driver, loaded at the first statement: what Redis alone answers starts sooner without it. */
export function driver(): Promise<Driver> {
  loaded ??= import("@neondatabase/serverless").then(({ neon, neonConfig }) => {
    if (env.DATABASE_HTTP_ENDPOINT) neonConfig.fetchEndpoint = env.DATABASE_HTTP_ENDPOINT;
    // The driver has no time limit of its own, and a Lambda that hangs costs money until API Gateway gives up.
    neonConfig.fetchFunction = (url: string, init: RequestInit) =>
      fetch(url, { ...init, body: markStatements(String(init.body)), signal: AbortSignal.timeout(25_000) });
    return neon(env.DATABASE_URL);
  });
  return loaded;
}

/** A statement, or a piece of one; it is sent when it is awaited. */
export class Fragment implements Promise<Rows> {
  readonly [Symbol.toStringTag] = "Fragment";
  readonly #texts: readonly string[];
  readonly #values: unknown[];

  constructor(texts: readonly string[], values: unknown[]) {
    this.#texts = texts;
    this.#values = values;
  }

  /** Returns the text of the statement and adds its values to `params`. */
  write(params: unknown[]): string {
    return this.#values.reduce<string>((text, value, index) => {
      const piece =
        value instanceof Fragment
          ? value.write(params)
          : `$${params.push(Array.isArray(value) ? arrayText(value) : value)}`;
      return text + piece + this.#texts[index + 1];
    }, this.#texts[0]!);
  }

  // biome-ignore lint/suspicious/noThenProperty: a statement is sent when it is awaited.
  then<A = Rows, B = never>(
    resolve?: ((rows: Rows) => A | PromiseLike<A>) | null,
    reject?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#send().then(resolve, reject);
  }

  catch<A = never>(reject?: ((reason: unknown) => A | PromiseLike<A>) | null): Promise<Rows | A> {
    return this.#send().catch(reject);
  }

  finally(settled?: (() => void) | null): Promise<Rows> {
    return this.#send().finally(settled);
  }

  async #send(): Promise<Rows> {
    return queryOf(this, await driver());
  }
}

/** What needs no quotes in the text of an array. */
const plain = /^[\w.:+-]+$/;

/**
 * Returns the text of an array: a string is quoted only where it must be. The driver quotes each value, and JSON then
 * escapes each quote, which for the thousands of values of a sweep costs more than to write them. Arrays of other
 * values than text, numbers and booleans are left to the driver.
 */
function arrayText(values: unknown[]): unknown {
  let text = "";
  for (const value of values) {
    if (text !== "") text += ",";
    if (value === null || value === undefined) text += "NULL";
    else if (typeof value === "number" || typeof value === "boolean") text += value;
    else if (typeof value !== "string") return values;
    else if (plain.test(value) && value.toLowerCase() !== "null") text += value;
    else text += `"${value.replace(/[\\"]/g, "\\$&")}"`;
  }
  return `{${text}}`;
}

function queryOf(statement: Fragment, { query }: Driver) {
  const params: unknown[] = [];
  return query(statement.write(params), params);
}

/**
 * Sends one HTTP request to Postgres each time it is awaited (awaited twice, it runs twice). An atomic change is one
 * statement or one `sql.transaction([…])`. Cast what is read: dates `::text`, bigint `::float8`, instants with `utc()`.
 */
export function sql(texts: TemplateStringsArray, ...values: unknown[]): Fragment {
  return new Fragment(texts, values);
}

/** A piece of a statement that is written as it stands: never one that a person gave. */
sql.unsafe = (text: string) => new Fragment([text], []);

/** Runs the statements in one transaction and one request; returns the rows of each. */
sql.transaction = async (statements: Fragment[], options: TransactionOptions = {}): Promise<Rows[]> => {
  const neon = await driver();
  return neon.transaction(
    statements.map((statement) => queryOf(statement, neon)),
    options,
  );
};

/** An instant as the API writes it: RFC 3339 in UTC with milliseconds, or null. */
export function utc(moment: Fragment) {
  return sql`to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Returns whether Postgres refused a statement, or no answer to it came. */
export function isRefusal(error: unknown): error is NeonDbError {
  return error instanceof Error && error.name === "NeonDbError";
}

/** Returns whether the statement may or may not have run: no answer came, or the server is shutting down. */
export function isUnreachable(error: unknown): boolean {
  if (!isRefusal(error)) return false;
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
  return isRefusal(error) && ["42P01", "42703", "42883"].includes(error.code ?? "");
}

/**
 * The name of the violated constraint, when `error` is a unique (23505), foreign key (23503) or check (23514)
 * violation.
 */
export function violatedConstraint(error: unknown): string | undefined {
  return isRefusal(error) && error.code?.startsWith("23") ? error.constraint : undefined;
}

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
  const rows = await sql.transaction(
    named.flatMap(([, list]) => list),
    options,
  );
  const results = named.map(([name, list]) => [name, rows.splice(0, list.length).at(-1) ?? []] as const);
  return Object.fromEntries(results) as Record<Name, Rows>;
}
