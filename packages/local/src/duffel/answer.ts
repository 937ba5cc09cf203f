import { randomUUID } from "node:crypto";

export type Answer = { status: number; body: unknown };

export const created = (status: number, data: unknown): Answer => ({ status, body: { data } });

/** A refusal, in the shape of all of Duffel's. */
export function refusal(status: number, code: string, source?: string | null): Answer {
  const type = status === 429 ? "rate_limit_error" : status >= 500 ? "api_error" : "invalid_request_error";
  const error = { type, code, title: code, message: code, documentation_url: "https://duffel.com/docs" };
  const errors = [{ ...error, ...(source ? { source: { pointer: source } } : {}) }];
  return { status, body: { meta: { request_id: randomUUID(), status }, errors } };
}
