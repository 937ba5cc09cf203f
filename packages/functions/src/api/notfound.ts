import { Problem } from "@travel-conductor/core/base/error";
import type { Context, Hono } from "hono";
import { operationOf } from "./operation.ts";

/**
 * Answers an id that cannot be one as a missing resource, as if it were an id of the right form; an unknown path with
 * 404, and a path with other methods with 405 and these methods in `Allow`.
 */
export function notFound(app: Pick<Hono, "router" | "routes">) {
  return (c: Context): never => {
    const code = missingCode(app, c.req.method, c.req.path);
    if (code) throw new Problem("missing", code, `There is no such ${code.split(".")[0]}.`);
    const allowed = ["GET", "POST", "PATCH", "DELETE"].filter((method) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method !== "ALL"),
    );
    if (allowed.length === 0) throw new Problem("missing", "request.path", "There is nothing at this address.");
    c.header("allow", allowed.join(", "));
    throw new Problem("input", "request.method", `This address takes ${allowed.join(", ")}.`);
  };
}

/** The code that a route answers for an unknown id, if the path would be that route's with any text as the id. */
function missingCode({ routes }: Pick<Hono, "routes">, method: string, path: string): string | undefined {
  for (const route of routes) {
    const [code] = (route.method === method && operationOf(route.handler)?.problems?.[404]) || [];
    const loose = route.path.replaceAll(/:\w+\{.*?\}(?=\/|$)/g, "[^/]+");
    if (code && loose !== route.path && new RegExp(`^${loose}$`).test(path)) return code;
  }
  return undefined;
}
