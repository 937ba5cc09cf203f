import { Problem } from "../base/error.ts";
import type { Fault } from "./record.ts";

/** Why a search has no answer, as it is told to people. */
export function failed(why: Fault["why"]): Problem {
  const [code, message, retryAfter] = told[why];
  return new Problem("upstream", code, message, { retryAfter });
}

const told = {
  provider_error: ["flight.provider", "The airlines do not answer just now.", 30],
  rate_limited: ["flight.busy", "The airlines are asked too much just now.", 60],
  timeout: ["flight.timeout", "The airlines took too long to answer.", 30],
} as const;
