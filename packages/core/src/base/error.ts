/** What went wrong, from the caller's side. The API turns each kind into one HTTP status. */
export type Kind = "input" | "auth" | "forbidden" | "missing" | "gone" | "conflict" | "limit" | "upstream";

/** One field at fault: `pointer` is a JSON pointer into the body, or `#name` for a query or path parameter. */
export type Fault = { pointer: string; detail: string };

/**
 * Every error that a caller can cause. Any other error is a bug: logged with its request id and answered with a fixed
 * sentence. `code` is `domain.reason` ("watch.duplicate") and never changes once published; the message is for people.
 */
export class Problem extends Error {
  readonly kind: Kind;
  readonly code: string;
  readonly errors: Fault[];
  /** Seconds after which the same request may succeed. */
  readonly retryAfter: number | undefined;
  /** Members of the answer beside those that every problem has. */
  readonly more: Record<string, unknown>;

  constructor(
    kind: Kind,
    code: string,
    message: string,
    more: { errors?: Fault[]; retryAfter?: number; more?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = "Problem";
    this.kind = kind;
    this.code = code;
    this.errors = more.errors ?? [];
    this.retryAfter = more.retryAfter;
    this.more = more.more ?? {};
  }
}

/** Fields that are not as the schema asks, also where only more than the schema can tell. */
export const invalidFields = (errors: Fault[]) =>
  new Problem("input", "request.invalid", "The request has fields at fault.", { errors });

/** A service that the product rests on does not answer, or refuses: the same request may be sent again. */
export function unavailable(cause: unknown): Problem {
  const message = "A part of the service does not answer. Please try again.";
  return new Problem("upstream", "service.unavailable", message, { retryAfter: 5, cause });
}
