import { asking, type Query, search } from "./address.ts";
import { takeEarly } from "./early.ts";
import { reach } from "./reach.ts";

/** A fault of one field: `pointer` is the field's JSON pointer in the body, or `#name` of a parameter. */
type FieldFault = { pointer: string; detail: string };

/** The API's answer to a request that it refused or could not serve. */
export type Problem = {
  code: string;
  title: string;
  detail?: string;
  status: number;
  errors?: FieldFault[];
  requestId?: string;
};

/** A request that failed. `problem` is null where no answer came: there is no connection, or it broke. */
export class Failed extends Error {
  readonly problem: Problem | null;
  /** The seconds after which the API may be asked again, if it said so. */
  readonly retryAfter: number | null;

  constructor(problem: Problem | null, retryAfter: number | null = null) {
    super(problem?.detail ?? problem?.title ?? "no answer");
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code(): string {
    return this.problem?.code ?? "offline";
  }

  /** What the API says about the field with this name, such as `rules.target`. */
  fieldFault(name: string): string | undefined {
    const pointer = `/${name.replaceAll(".", "/")}`;
    const names = (fault: FieldFault) =>
      fault.pointer === `#${name}` || fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`);
    return this.problem?.errors?.find(names)?.detail;
  }
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Listeners for a session that has ended: the next screen must ask to sign in. */
const onSignedOut = new Set<() => void>();
export function whenSignedOut(listener: () => void): () => void {
  onSignedOut.add(listener);
  return () => onSignedOut.delete(listener);
}

/** The only place from which the client asks the API. @throws Failed */
export async function ask<T>(
  path: string,
  {
    method = "GET",
    query,
    body,
    signal,
  }: { method?: Method; query?: Query; body?: unknown; signal?: AbortSignal } = {},
): Promise<T> {
  const init: RequestInit = { ...asking, method, signal: signal ?? null };
  if (body !== undefined) {
    init.headers = { ...asking.headers, "content-type": "application/json" };
    init.body = JSON.stringify(body);
  }
  const address = path + search(query);
  const early = method === "GET" ? takeEarly(address) : undefined;
  const response = await (early ?? fetch(address, init)).catch((error) => {
    if (signal?.aborted) throw error;
    reach.tell(false);
    throw new Failed(null);
  });
  reach.tell(true);
  if (response.ok) return (response.status === 204 || response.status === 202 ? undefined : await response.json()) as T;
  const problem = await readProblem(response);
  if (problem.code === "session.missing") for (const listener of onSignedOut) listener();
  const wait = Number(response.headers.get("retry-after"));
  throw new Failed(problem, Number.isFinite(wait) && wait > 0 ? wait : null);
}

async function readProblem(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => "");
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.title === "string")
      return { ...problem, code: problem.code ?? "unknown", status: response.status };
  } catch {
    // Not an answer of the API: a gateway's page.
  }
  return { code: "unknown", title: `The server answered ${response.status}.`, status: response.status };
}
