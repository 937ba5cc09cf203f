import * as Metric from "@travel-conductor/core/base/metric";
import { createMiddleware } from "hono/factory";

/** Within how many milliseconds an answer counts as served for the service level (docs/alarms.md). */
const within = { Searches: 10_000, SignIns: 2_000 };

/**
 * Counts a request for a service level: served, or missed because it failed on our side or took too long. A refusal of
 * what the caller sent counts as neither; that of a sign-in's proof (401) is counted apart.
 */
export function served(level: keyof typeof within) {
  return createMiddleware(async (c, next) => {
    const begun = performance.now();
    await next();
    const { status, ok } = c.res;
    const isMissed = status >= 500 || (ok && performance.now() - begun > within[level]);
    if (!ok && !isMissed && status !== 401) return;
    Metric.emit({
      [`${level}Served`]: [ok && !isMissed ? 1 : 0, "Count"],
      [`${level}Missed`]: [isMissed ? 1 : 0, "Count"],
      ...(level === "SignIns" && { SignInsRefused: [status === 401 ? 1 : 0, "Count"] }),
    });
  });
}
