import { createHash } from "node:crypto";
import { newId, type Prefix } from "@travel-conductor/core/base/id";
import { describeError, logger } from "@travel-conductor/core/base/log";
import { realNow } from "@travel-conductor/core/base/time";
import type { Context, MiddlewareHandler } from "hono";
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
 * answer is sent to every repetition. A refusal (4xx) creates nothing and leaves no row: the key may be used again. After
 * a failure (5xx) the resource may exist, so the id stays for the repetition. A stored answer that cannot be read is a
 * miss: the request runs again with the first id. With `sealed` the answer is sealed, and the hash of the request keyed:
 * for routes whose bodies or answers hold what else lies sealed. The resource is below `under`, by default the path of the
 * request.
 */
export function withIdempotency(
  prefix: Prefix,
  { sealed = false, under }: { sealed?: boolean; under?: string } = {},
): MiddlewareHandler<Made & Bytes> {
  const handler = createMiddleware<Made & Bytes>(async (c, next) => {
    const key = c.req.header("idempotency-key");
    const { userId, bytes } = c.var;
    c.set("resourceId", newId(prefix));
    if (key === undefined) {
      await next();
      return locate(c, c.res.status, c.var.resourceId, under);
    }

    const vault = sealed ? await import("@travel-conductor/core/base/keptanswer") : undefined;
    const request = Buffer.concat([Buffer.from(`${c.req.method} ${c.req.path}\n`), bytes]);
    const hash = vault ? await vault.requestHashes(request) : createHash("sha256").update(request).digest("hex");
    // Loaded at the first call, because most requests have no key.
    const { claim, finish, forget, isReadable, release, withdraw } = await import(
      "@travel-conductor/core/base/idempotency"
    );
    const claimOnce = async () => {
      const found = await claim(userId, key, hash, c.var.resourceId, realNow());
      return found.state === "done" && vault
        ? { ...found, body: await vault.openAnswer(userId, key, found.body) }
        : found;
    };
    let claimed = await claimOnce();
    if (claimed.state === "done" && !isReadable(claimed.body)) {
      await forget(userId, key);
      claimed = await claimOnce();
    }
    if (claimed.state === "done") {
      c.header("content-type", "application/json");
      locate(c, claimed.status, JSON.parse(claimed.body).id, under);
      return c.body(claimed.body, claimed.status as ContentfulStatusCode);
    }
    c.set("resourceId", claimed.resourceId);
    await next();
    locate(c, c.res.status, claimed.resourceId, under);
    const refused = () => (c.res.status < 500 ? withdraw(userId, key) : release(userId, key));
    const kept = async () => {
      const body = await c.res.clone().text();
      return finish(userId, key, c.res.status, vault ? await vault.sealAnswer(userId, key, body) : body);
    };
    const written = c.res.ok ? kept() : refused();
    // The answer stands also when its copy is not stored: then a repetition runs again when the claim ends, with the same
    // id.
    await written.catch((error) => logger.error("idempotency key not settled", { error: describeError(error) }));
  });
  handlers.add(handler);
  return handler;
}

/** Says where the resource is that was made. */
function locate(c: Context, status: number, id: string, under = c.req.path): void {
  if (status === 201 && !c.res.headers.has("location")) c.header("location", `${under}/${id}`);
}
