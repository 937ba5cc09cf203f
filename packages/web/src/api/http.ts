import { asking, type Query, search } from "./address.ts";
import { takeEarly } from "./early.ts";
import { reach } from "./reach.ts";

/**
 * A fault of one field: `pointer` is the field's JSON pointer in the body, or `#name` of a parameter. What is wrong is
 * said by `code` and its `values`, and in English by `detail`.
 */
export type FieldFault = { pointer: string; detail: string; code?: string; values?: Record<string, string | number> };

/** The API's answer to a request that it refused or could not serve. */
export type Problem = {
  code: string;
  title: string;
  detail?: string;
  status: number;
  errors?: FieldFault[];
  requestId?: string;
  /** Beside what every problem has: what some of them add. */
  [member: string]: unknown;
};

/** A request that failed. `problem` is null where no answer came: there is no connection, or it broke. */
export class Failed extends Error {
  readonly problem: Problem | null;
  /** The seconds after which the API may be asked again, if it said so. */
  readonly retryAfter: number | null;
  /** The moment from which on that is so (ms of `performance.now()`, which no change of the clock moves). */
  readonly retryAt: number | null;

  constructor(problem: Problem | null, retryAfter: number | null = null) {
    super(problem?.detail ?? problem?.title ?? "no answer");
    this.problem = problem;
    this.retryAfter = retryAfter;
    this.retryAt = retryAfter === null ? null : performance.now() + 1_000 * retryAfter;
  }

  get code(): string {
    return this.problem?.code ?? "offline";
  }

  /** What the API says about the field with this name, such as `rules.target`. */
  fieldFault(name: string): FieldFault | undefined {
    const pointer = `/${name.replaceAll(".", "/")}`;
    const names = (fault: FieldFault) =>
      fault.pointer === `#${name}` || fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`);
    return this.problem?.errors?.find(names);
  }
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Listeners for a session that has ended: the next screen must ask to sign in. */
const onSignedOut = new Set<() => void>();
export function whenSignedOut(listener: () => void): () => void {
  onSignedOut.add(listener);
  return () => onSignedOut.delete(listener);
}

/** `key` makes a request that may be repeated (`Idempotency-Key`). */
type Asked = { method?: Method; query?: Query; body?: unknown; key?: string; signal?: AbortSignal };

/** The only place from which the client asks the API. @throws Failed */
export async function ask<T>(path: string, asked: Asked = {}): Promise<T> {
  const response = await answerTo(path, asked);
  return (isEmpty(response) ? undefined : await readAnswer(response, asked.signal)) as T;
}

/** What is only taken up may have nothing to say yet. */
const isEmpty = ({ status, headers }: Response) =>
  status === 204 || (status === 202 && !headers.get("content-type")?.includes("json"));

/** Asks for a file, with the name that the API gives it. @throws Failed */
export async function askFile(path: string, query: Query): Promise<{ blob: Blob; name: string }> {
  const response = await answerTo(path, { query });
  const [, name = "file"] = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "") ?? [];
  return { blob: await response.blob(), name };
}

/** @throws Failed where there is no answer, or one that it was refused */
async function answerTo(path: string, { method = "GET", query, body, key, signal }: Asked): Promise<Response> {
  const init: RequestInit = { ...asking, method, signal: signal ?? null };
  if (body !== undefined) {
    init.headers = { ...asking.headers, "content-type": "application/json" };
    init.body = JSON.stringify(body);
  }
  if (key !== undefined) init.headers = { ...init.headers, "idempotency-key": key };
  const address = path + search(query);
  const early = method === "GET" ? takeEarly(address) : undefined;
  const response = await (early ?? fetch(address, init)).catch((error) => {
    if (signal?.aborted) throw error;
    reach.tell(false);
    throw new Failed(null);
  });
  reach.tell(true);
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.code === "session.missing") for (const listener of onSignedOut) listener();
  const wait = Number(response.headers.get("retry-after"));
  throw new Failed(problem, Number.isFinite(wait) && wait > 0 ? wait : null);
}

/** @throws Failed where the connection broke in the middle, or something in between answered with a page of its own */
async function readAnswer(response: Response, signal?: AbortSignal): Promise<unknown> {
  const text = await response.text().catch((error) => {
    if (signal?.aborted) throw error;
    throw new Failed(null);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new Failed({ code: "unknown", title: "The answer cannot be read.", status: 502 });
  }
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
