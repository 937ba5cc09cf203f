import { Problem } from "../base/error.ts";
import type { Failure } from "./record.ts";

/** The problem that tells a user why a search has no answer; a stored reason may be one that this code does not know. */
export function toProblem(reason: Failure["reason"]): Problem {
  const [code, message, retryAfter] = problems[reason] ?? problems.provider_error;
  return new Problem("upstream", code, message, { retryAfter });
}

/** The problem of one caller: it has no provider calls left until `resetsAt` (UTC). Other callers may have some. */
export class OverShare extends Problem {
  constructor(resetsAt: string | undefined, now: Date) {
    const retryAfter = Math.max(1, Math.ceil((Date.parse(resetsAt ?? "") - now.getTime()) / 1_000) || 3_600);
    super("limit", "limit.searches", "You have used up today's searches. Known prices are still shown.", {
      retryAfter,
    });
  }
}

const problems = {
  provider_error: ["flight.provider", "The airlines do not answer just now.", 30],
  rate_limited: ["flight.busy", "The airlines are asked too much just now.", 60],
  timeout: ["flight.timeout", "The airlines took too long to answer.", 30],
} as const;
