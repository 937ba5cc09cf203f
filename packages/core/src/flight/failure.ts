import { Problem } from "../base/error.ts";
import type { Failure } from "./record.ts";

/** The problem that tells a user why a search has no answer. */
export function toProblem(reason: Failure["reason"]): Problem {
  const [code, message, retryAfter] = problems[reason];
  return new Problem("upstream", code, message, { retryAfter });
}

const problems = {
  provider_error: ["flight.provider", "The airlines do not answer just now.", 30],
  rate_limited: ["flight.busy", "The airlines are asked too much just now.", 60],
  timeout: ["flight.timeout", "The airlines took too long to answer.", 30],
} as const;
