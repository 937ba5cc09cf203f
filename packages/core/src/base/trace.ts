import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

// One id follows a request through everything that it causes: log lines, statements, queue messages, mail. A clock's run
// has one of its own.

const ids = new AsyncLocalStorage<string>();

/** Letters, digits, `_`, `=` and `-`: safe in a header, in JSON and in a comment of SQL, none of which it can end. */
const form = /^[\w=-]{1,64}$/;

/** Runs `work` under the id, or under a new UUID where `id` is none. */
export function runAs<T>(id: unknown, work: () => T): T {
  return ids.run(typeof id === "string" && form.test(id) ? id : randomUUID(), work);
}

/** The id of the request, message or run of a clock that this code works for; undefined outside of one. */
export function requestId(): string | undefined {
  return ids.getStore();
}

/** Makes a clock's handler run under the id that Lambda gives the invocation, which its own log lines have too. */
export function traced<A extends unknown[], T>(handler: (...given: A) => Promise<T>) {
  return (...given: A): Promise<T> => {
    const context = given[1] as { awsRequestId?: string } | undefined;
    return runAs(context?.awsRequestId, () => handler(...given));
  };
}

/**
 * Puts the id before each statement of a request to Postgres, as a comment, where pg_stat_activity and the log of slow
 * statements show it. Not `application_name`, which would take a statement more in each request. Neon parses each
 * statement anew, so the text is no key of a plan, and pg_stat_statements counts statements without their comments.
 * Within a JSON string a quote is escaped, so that the text looked for cannot be part of a parameter.
 */
export function markStatements(body: string): string {
  const id = requestId();
  return id === undefined ? body : body.replaceAll('{"query":"', `{"query":"/* ${id} */ `);
}
