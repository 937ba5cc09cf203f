import { type Fault, Problem } from "@travel-conductor/core/base/error";
import { deprecatedSince } from "@travel-conductor/core/base/former";
import type * as Key from "@travel-conductor/core/key";
import type { Context, Env, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import * as v from "valibot";
import { faultsOf, unknownFields } from "./faults.ts";
import type { Bytes } from "./guard.ts";
import { invalid, type Status } from "./problem.ts";

/** The type of a parameter's schema: valibot's optional and nullable wrap one, its array has items. A union is of one or a list. */
type Typed = { type: string; wrapped?: Typed; item?: Typed };
type Query = v.GenericSchema & { readonly entries: v.ObjectEntries };

/** Codes of problems, by their status. */
export type Problems = { [S in Status]?: string[] };

/** What a route accepts and answers: stated once, enforced here, and read by the OpenAPI document. */
export type Operation<Q extends Query | undefined, B extends v.GenericSchema | undefined> = {
  summary: string;
  query?: Q;
  /** The body's schema, for the document and for typed clients; the verb parses the body. */
  body?: B;
  /** An example of the body, or of the parameters by name. */
  example?: Record<string, unknown>;
  status?: 200 | 201 | 202 | 204;
  answer?: v.GenericSchema;
  /** The types of files that the route can answer, beside JSON where it has an `answer`. */
  files?: string | string[];
  /** The problems of this route, beside those of every route with a body, a session or a key. */
  problems?: Problems;
  /**
   * The route looks for the session itself, although its router does not require one. With `optional` it also answers
   * callers without one.
   */
  session?: true | "optional";
  /** What a key must be allowed to do for this route. Without it no key opens the route. */
  scope?: Key.Scope;
};

type Taken<Q, B> = {
  in: (Q extends Query ? { query: { [K in keyof v.InferInput<Q>]: string } } : object) &
    (B extends v.GenericSchema ? { json: v.InferInput<B> } : object);
  out: (Q extends Query ? { query: v.InferInput<Q> } : object) &
    (B extends v.GenericSchema ? { json: unknown } : object);
};

/** A page of `item`s, and what is beside them. */
export function listed<T extends v.GenericSchema, B extends v.ObjectEntries = Record<never, never>>(
  item: T,
  beside = {} as B,
) {
  return v.object({ items: v.array(item), nextCursor: v.nullable(v.string()), ...beside });
}

const operations = new WeakMap<object, Operation<Query | undefined, v.GenericSchema | undefined>>();

/** The operation that `handler` was made from. */
export function operationOf(handler: object) {
  return operations.get(handler);
}

/**
 * Makes the middleware that passes the query as `c.req.valid("query")` and a JSON body as `c.req.valid("json")` to the
 * handler; the verb parses them.
 */
export function operation<Q extends Query | undefined = undefined, B extends v.GenericSchema | undefined = undefined>(
  operation: Operation<Q, B>,
): MiddlewareHandler<Env, string, Taken<Q, B>> {
  const { query, body } = operation;
  const handler = createMiddleware<Bytes>(async (c, next) => {
    const parameters = new URL(c.req.url).searchParams;
    const content = body ? json(c) : undefined;
    const cards = await cardFaults(parameters, content, c.var.bytes);
    // Alone, because the others may name what holds the number.
    if (cards.length > 0) throw invalid(firstOfEach(cards));
    const given = parametersOf(parameters, query?.entries);
    const unknown = body ? unknownFields(body as never, content) : [];
    if (given.faults.length + unknown.length > 0) {
      const [inQuery, inBody] = [issuesOf(query, given.values, "#"), issuesOf(body, content, "/")];
      throw invalid(firstOfEach([...given.faults, ...inQuery, ...unknown, ...inBody]));
    }
    c.req.addValidatedData("query", given.values);
    if (body) c.req.addValidatedData("json", content as object);
    await next();
    if (body) warnOfFormer(c, body, content);
  });
  operations.set(handler, operation);
  return handler as MiddlewareHandler<Env, string, Taken<Q, B>>;
}

/** The faults of card numbers; looked for, and the code for it loaded, where there are as many digits as one has. */
async function cardFaults(parameters: URLSearchParams, content: unknown, bytes: Uint8Array): Promise<Fault[]> {
  // A digit that is written as an escape is written with more digits.
  const text = `${parameters} ${new TextDecoder().decode(bytes)}`;
  if ((text.match(/\p{Nd}/gu)?.length ?? 0) < 13) return [];
  const { cardFaultsIn, cardFaultsOf } = await import("./cardnumber.ts");
  return [...cardFaultsOf(parameters), ...cardFaultsIn(content)];
}

/**
 * Converts text to the types of the schema: `2` to a number, `true` to a boolean, `4,9` to a list. Returns the values of
 * the known parameters, and a fault for each unknown or repeated one.
 */
function parametersOf(given: URLSearchParams, entries: v.ObjectEntries = {}): { values: object; faults: Fault[] } {
  const names = [...new Set(given.keys())];
  const known = names.filter((name) => Object.hasOwn(entries, name));
  const faults = names.flatMap((name) => {
    const pointer = `#${name}`;
    if (!known.includes(name)) return [{ pointer, detail: "is not a parameter of this route" }];
    return given.getAll(name).length > 1 ? [{ pointer, detail: "is given more than once" }] : [];
  });
  const values = known.map((name) => [name, typed(given.get(name) ?? "", entries[name] as Typed)]);
  return { values: Object.fromEntries(values), faults };
}

/** The other faults of a request that has one already: an answer names all of them. */
function issuesOf(schema: v.GenericSchema | undefined, value: unknown, sign: "#" | "/"): Fault[] {
  return schema ? faultsOf(v.safeParse(schema, value).issues ?? [], sign) : [];
}

function typed(value: string, schema: Typed): unknown {
  const { wrapped, item, type } = schema;
  if (wrapped) return typed(value, wrapped);
  if (item) return value.split(",").map((part) => typed(part, item));
  if (type === "union") return value.includes(",") ? value.split(",") : value;
  if (type === "boolean" && /^(true|false)$/.test(value)) return value === "true";
  return type === "number" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

/** Says in the answer since when a field of the request is deprecated (RFC 9745), and where its new name is written. */
function warnOfFormer(c: Context, body: v.GenericSchema, content: unknown): void {
  const { entries = {} } = body as Partial<Query>;
  const days = Object.keys(content ?? {}).flatMap((name) => deprecatedSince(entries[name]) ?? []);
  const [first] = days.sort();
  if (first === undefined) return;
  c.res.headers.set("deprecation", `@${Date.parse(first) / 1000}`);
  c.res.headers.append("link", '</docs/changelog>; rel="deprecation"; type="text/html"');
}

/** The first fault of each field. */
function firstOfEach(faults: Fault[]): Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ pointer }) => !seen.has(pointer) && seen.add(pointer));
}

/** The body as JSON; the verb checks its fields. */
function json(c: Context<Bytes>): unknown {
  if (!/^application\/json *(;|$)/i.test(c.req.header("content-type") ?? "")) {
    throw new Problem("input", "request.media", "A body is application/json.");
  }
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(c.var.bytes));
  } catch (cause) {
    throw new Problem("input", "request.unreadable", "The body is not JSON.", {
      errors: [{ pointer: "", detail: "is not JSON in UTF-8" }],
      cause,
    });
  }
  // valibot would take a list for an object without fields.
  if (Array.isArray(body)) throw invalid([{ pointer: "", detail: "must be an object, not a list" }]);
  return body;
}
