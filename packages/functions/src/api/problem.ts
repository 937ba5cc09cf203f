import { isOutdated, isUnreachable } from "@travel-conductor/core/base/db";
import { type Fault, invalidFields, type Kind, Problem, unavailable } from "@travel-conductor/core/base/error";
import { describeError, logger } from "@travel-conductor/core/base/log";
import * as Money from "@travel-conductor/core/base/money";
import { Info as Offer } from "@travel-conductor/core/flight";
import type { Context, ErrorHandler } from "hono";
import { matchedRoutes } from "hono/route";
import * as v from "valibot";
import type { CodedFault } from "./faultcodes.ts";
import { faultsOf, maxFaults } from "./faults.ts";

/** The title (RFC 9110) of each status that a problem may have. */
export const titles = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
} as const;
export type Status = keyof typeof titles;

const kinds: Record<Kind, Status> = {
  input: 422,
  auth: 401,
  forbidden: 403,
  missing: 404,
  gone: 410,
  conflict: 409,
  limit: 429,
  upstream: 502,
};

/** Codes with a more specific status than their kind. */
const codes: Record<string, Status> = {
  "request.unreadable": 400,
  "request.method": 405,
  "request.size": 413,
  "request.media": 415,
  "service.unexpected": 500,
  "service.outdated": 503,
  "service.unavailable": 503,
  "health.unavailable": 503,
  "session.unavailable": 503,
  "factor.unavailable": 503,
  "flight.busy": 503,
  "provider.missing": 503,
  "flight.timeout": 504,
  "provider.untold": 503,
};

/** A problem as it is sent: RFC 9457's members, then the API's own. */
export const Info = v.object({
  type: v.string(),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  code: v.string(),
  detail: v.string(),
  errors: v.array(
    v.object({
      pointer: v.string(),
      detail: v.string(),
      code: v.string(),
      values: v.record(v.string(), v.union([v.string(), v.number()])),
    }),
  ),
  requestId: v.string(),
  offer: v.optional(v.pipe(v.string(), v.description("of `booking.price`: the id of the offer at the new price"))),
  total: v.optional(v.pipe(Money.Info, v.description("of `booking.price`: the new price"))),
  previousTotal: v.optional(v.pipe(Money.Info, v.description("of `booking.price`: the price before"))),
  charge: v.optional(v.pipe(Money.Info, v.description("of `booking.price`: what the card pays for the change now"))),
  refund: v.optional(v.pipe(Money.Info, v.description("of `booking.price`: what the change gives back now"))),
  similar: v.optional(v.pipe(v.array(Offer), v.description("of `booking.gone`: offers that are sold now"))),
});

/** Turns every error into an answer. Errors that no caller caused are logged here, without the values in their text. */
export const answer: ErrorHandler = async (error, c) => {
  const requestId = c.get("requestId");
  const problem = toProblem(error, c.req.method === "GET" ? "#" : "/");
  const status = codes[problem.code] ?? kinds[problem.kind];
  if (status >= 500) {
    logger.error(problem.code, {
      requestId,
      method: c.req.method,
      // The route's pattern, because an offer's id reveals what was searched.
      path: matchedRoutes(c).findLast(({ path }) => !path.endsWith("*"))?.path,
      error: describeError(problem.cause ?? problem),
    });
  }
  const body: v.InferOutput<typeof Info> = {
    type: `/docs/problems/${problem.code}`,
    title: titles[status],
    status,
    code: problem.code,
    detail: problem.message,
    errors: await codedFaults(problem.errors),
    requestId,
    ...problem.more,
  };
  c.header("content-type", "application/problem+json");
  if (status === 401) c.header("www-authenticate", challenge(c, problem.code));
  if (problem.retryAfter !== undefined) c.header("retry-after", String(problem.retryAfter));
  return c.body(JSON.stringify(body), status);
};

/** What the faults mean is loaded when there is one. */
async function codedFaults(faults: Fault[]): Promise<CodedFault[]> {
  if (faults.length === 0) return [];
  const { coded } = await import("./faultcodes.ts");
  return faults.map(coded);
}

/** By RFC 6750 the scheme has a parameter at least, and an error only where a token was sent. */
function challenge(c: Context, code: string): string {
  const refused = code === "session.missing" && c.req.header("authorization") !== undefined;
  return `Bearer realm="travel-conductor"${refused ? ', error="invalid_token"' : ""}`;
}

function toProblem(error: Error, sign: "#" | "/"): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof v.ValiError) return invalid(faultsOf(error.issues, sign));
  if (isUnreachable(error)) return unavailable(error);
  if (isOutdated(error)) {
    const message = "The service is being brought up to date. Please try again.";
    return new Problem("upstream", "service.outdated", message, { retryAfter: 60, cause: error });
  }
  return new Problem("upstream", "service.unexpected", "Something went wrong on our side.", { cause: error });
}

export function invalid(errors: Fault[]): Problem {
  return invalidFields(errors.slice(0, maxFaults));
}
