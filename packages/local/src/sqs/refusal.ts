import type { Answer } from "../http.ts";

/** An error that SQS returns, under SQS's own name for it. */
export class Refusal extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

export const ok = (body: object): Answer => ({ status: 200, body });

export function refused({ type, message, status }: Refusal): Answer {
  return { status, body: { __type: `com.amazonaws.sqs#${type}`, message } };
}
