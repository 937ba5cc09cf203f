import * as v from "valibot";

/** What Stripe answers: a status and a body, which is sent as JSON. */
export type Answer = { status: number; body: object };

/** A refusal in Stripe's form (https://docs.stripe.com/api/errors). `isKept`: it is kept under the idempotency key. */
export class Refusal extends Error {
  readonly status: number;
  readonly error: Record<string, unknown>;
  readonly isKept: boolean;

  constructor(status: number, error: Record<string, unknown>, isKept = false) {
    super(String(error.message ?? error.code ?? error.type));
    this.status = status;
    this.error = error;
    this.isKept = isKept;
  }
}

export function invalid(code: string, message: string, param?: string, more: object = {}, isKept = false): Refusal {
  const error = { type: "invalid_request_error", code, message, ...(param && { param }), ...more };
  return new Refusal(400, error, isKept);
}

export function missing(kind: string, id: string, param = "id"): Refusal {
  const error = { type: "invalid_request_error", code: "resource_missing", param, message: `No such ${kind}: '${id}'` };
  // 404 is for what the path names.
  return new Refusal(param === "id" || param === "intent" ? 404 : 400, error);
}

/** A card's refusal, with the object that it left. It is kept under the idempotency key, as any result is. */
export function declined(code: string, declineCode: string | undefined, more: object): Refusal {
  const message = "Your card was declined.";
  const error = { type: "card_error", code, ...(declineCode && { decline_code: declineCode }), message, ...more };
  return new Refusal(402, error, true);
}

/** Reads the parameters of a call. @throws Refusal as Stripe refuses an unknown, missing or wrong parameter */
export function parse<S extends v.GenericSchema>(schema: S, given: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, given);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = (issue.path ?? []).map(({ key }) => String(key));
  const param = path.reduce((all, part, index) => (index === 0 ? part : `${all}[${part}]`), "");
  if (issue.expected === "never") throw invalid("parameter_unknown", `Received unknown parameter: ${param}`, param);
  if (issue.received === "undefined") throw invalid("parameter_missing", `Missing required param: ${param}.`, param);
  throw invalid("parameter_invalid", `Invalid ${param}`, param);
}

/** Reads a form as Stripe does: `a[b]=1&c[0]=2&c[]=3` is `{a: {b: "1"}, c: ["2", "3"]}`. */
export function readForm(text: string): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/[[\]]+/);
    if (path.length > 1 && path.at(-1) === "") path.pop();
    if (name.endsWith("[]")) path.push("");
    put(root, path, value);
  }
  return lists(root) as Record<string, unknown>;
}

function put(at: Record<string, unknown>, [first = "", ...rest]: string[], value: string): void {
  const name = first === "" ? String(Object.keys(at).length) : first;
  if (rest.length === 0) {
    at[name] = value;
    return;
  }
  at[name] ??= Object.create(null);
  put(at[name] as Record<string, unknown>, rest, value);
}

/** Objects whose names are numbers from 0 are lists. */
function lists(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, lists(each)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}
