import { Problem } from "../base/error.ts";
import type { Failure } from "./record.ts";

/** The problem that tells a user why a search has no answer; a stored reason may be one that this code does not know. */
export function toProblem(reason: Failure["reason"]): Problem {
  const [code, message, retryAfter] = problems[reason] ?? problems.provider_error;
  return new Problem("upstream", code, message, { retryAfter });
}

const problems = {
  provider_error: ["flight.provider", "The airlines do not answer just now.", 30],
  rate_limited: ["flight.busy", "The airlines are asked too much just now.", 60],
  timeout: ["flight.timeout", "The airlines took too long to answer.", 30],
} as const;
