import { Problem } from "@travel-conductor/core/base/error";
import type * as Key from "@travel-conductor/core/key";
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { operationOf } from "./operation.ts";

/**
 * Requires that the key of a request works, and that the route of the request states a scope that the key has.
 * @throws Problem `key.invalid`, `key.scope`
 */
export function requireScope(c: Context, key: Key.Valid | undefined): asserts key is Key.Valid {
  if (key === undefined) throw new Problem("auth", "key.invalid", "This key is unknown, revoked or expired.");
  const scope = matchedRoutes(c).flatMap(({ handler }) => operationOf(handler)?.scope ?? [])[0];
  if (scope === undefined) throw sessionOnly();
  if (key.scopes.includes(scope)) return;
  c.header("www-authenticate", `Bearer error="insufficient_scope", scope="${scope}"`);
  throw new Problem("forbidden", "key.scope", `This key may not do this: it takes the scope ${scope}.`);
}

export function sessionOnly(): Problem {
  return new Problem("forbidden", "key.scope", "No key may do this: it takes a session.");
}
