import { env } from "@travel-conductor/core/base/env";
import { Problem } from "@travel-conductor/core/base/error";
import type { Context, Hono, Next } from "hono";
import { getCookie } from "hono/cookie";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { cookie } from "./session.ts";

/** The most bytes a body may have. */
export const limit = 256 * 1024;

const origins = env.ALLOWED_ORIGINS.split(",")
  .map((origin) => origin.trim())
  .filter(Boolean);

/** `X-Request-Id` as it came, when it is at most 64 letters, digits, `_`, `-` or `=`; else a new UUID. */
export const identified = requestId({ limitLength: 64 });

/** Nothing of ours is a page, may be framed or kept, unless the route said so itself. */
export const secured = [
  secureHeaders({
    overwrite: false,
    strictTransportSecurity: "max-age=63072000; includeSubDomains",
    xFrameOptions: "DENY",
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
  }),
  async (c: Context, next: Next) => {
    await next();
    const { headers } = c.res;
    if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  },
] as const;

const exposed = ["Retry-After", "X-Request-Id", "RateLimit", "RateLimit-Policy"];
const preflight = cors({
  origin: origins,
  credentials: true,
  allowMethods: ["GET", "POST", "PATCH", "DELETE"],
  allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id"],
  exposeHeaders: exposed,
  maxAge: 600,
});

/**
 * Which pages may read our answers, with the cookie. An answer is told so once it is there: of what hono knows before, it
 * makes a second one, and copies all of the first into it.
 */
export const shared = createMiddleware(async (c, next) => {
  if (c.req.method === "OPTIONS") return preflight(c, next);
  await next();
  const { headers } = c.res;
  const origin = c.req.header("origin") ?? "";
  if (origins.includes(origin)) headers.set("access-control-allow-origin", origin);
  headers.set("access-control-allow-credentials", "true");
  headers.set("access-control-expose-headers", exposed.join(","));
  headers.append("vary", "Origin");
});

/** A browser sends the cookie whoever asks it to: what changes something must come from a page we know. */
export async function trusted(c: Context, next: Next): Promise<void> {
  const unsafe = !["GET", "HEAD", "OPTIONS"].includes(c.req.method);
  if (unsafe && getCookie(c, cookie) !== undefined && !origins.includes(c.req.header("origin") ?? "")) {
    throw new Problem("forbidden", "request.origin", "This request came from a page that may not send it.");
  }
  await next();
}

export type Bytes = { Variables: { bytes: Uint8Array } };

/** Takes the body in as it comes and stops at the limit, whatever Content-Length says. */
export async function bounded(c: Context<Bytes>, next: Next): Promise<void> {
  if (Number(c.req.header("content-length")) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  c.set("bytes", Buffer.concat(chunks));
  await next();
}

function tooLarge(): Problem {
  return new Problem("input", "request.size", `A body has at most ${limit} bytes.`);
}

/** No such path, or a path that takes other methods, which are then named in `Allow`. */
export function lost(app: Pick<Hono, "router">) {
  return (c: Context): never => {
    const takes = ["GET", "POST", "PATCH", "DELETE"].filter((method) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method !== "ALL"),
    );
    if (takes.length === 0) throw new Problem("missing", "request.path", "There is nothing at this address.");
    c.header("allow", takes.join(", "));
    throw new Problem("input", "request.method", `This address takes ${takes.join(", ")}.`);
  };
}
