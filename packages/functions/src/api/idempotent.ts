import { createHash } from "node:crypto";
import { newId, type Prefix } from "@travel-conductor/core/base/id";
import { claim, finish, release } from "@travel-conductor/core/base/idempotency";
import { describeError, logger } from "@travel-conductor/core/base/log";
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Bytes } from "./guard.ts";

type Made = { Variables: { userId: string; resourceId: string } };

const handlers = new WeakSet<object>();

/** Returns whether `handler` reads `Idempotency-Key`. */
export function isIdempotent(handler: object): boolean {
  return handlers.has(handler);
}

/**
 * Chooses the id of the resource that a POST creates, as `c.var.resourceId`. With an Idempotency-Key the id is stored
 * with the claim, so that a request that died half way creates the same resource when it is repeated, and a stored
 * answer is sent to every repetition. A refusal creates nothing and is not stored: the key may be used again.
 */
export function withIdempotency(prefix: Prefix): MiddlewareHandler<Made & Bytes> {
  const handler = createMiddleware<Made & Bytes>(async (c, next) => {
    const key = c.req.header("idempotency-key");
    const { userId, bytes } = c.var;
    c.set("resourceId", newId(prefix));
    if (key === undefined) return next();

    const hash = createHash("sha256").update(`${c.req.method} ${c.req.path}\n`).update(bytes).digest("hex");
    const claimed = await claim(userId, key, hash, c.var.resourceId, new Date());
    if (claimed.state === "done") {
      c.header("content-type", "application/json");
      return c.body(claimed.body, claimed.status as ContentfulStatusCode);
    }
    c.set("resourceId", claimed.resourceId);
    await next();
    const written = c.res.ok ? finish(userId, key, c.res.status, await c.res.clone().text()) : release(userId, key);
    // The answer stands, whatever becomes of its copy: without it a repetition runs again when the claim ends, with the
    // same id.
    await written.catch((error) => logger.error("idempotency key not settled", { error: describeError(error) }));
  });
  handlers.add(handler);
  return handler;
}
