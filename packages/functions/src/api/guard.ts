import { env } from "@travel-conductor/core/base/env";
import { Problem } from "@travel-conductor/core/base/error";
import { runAs } from "@travel-conductor/core/base/trace";
import type { Context, Next } from "hono";
import { getCookie } from "hono/cookie";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { sessionCookie } from "./cookie.ts";

/** The most bytes a body may have. */
export const maxBodyBytes = 256 * 1024;

const origins = env.ALLOWED_ORIGINS.split(",")
  .map((origin) => origin.trim())
  .filter(Boolean);

/**
 * Keeps an `X-Request-Id` of at most 64 letters, digits, `_`, `-` or `=`; otherwise sets a new UUID. What the request
 * causes has the id too: see base/trace.ts.
 */
export const withRequestId = [
  requestId({ limitLength: 64 }),
  createMiddleware((c, next) => runAs(c.get("requestId"), next)),
] as const;

/** By default no answer is a page, may be framed, or may be cached; a route may say otherwise. */
export const securityHeaders = [
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

const exposed = [
  "Location",
  "WWW-Authenticate",
  "Retry-After",
  "X-Request-Id",
  "RateLimit",
  "RateLimit-Policy",
  "Deprecation",
  "Link",
];
const preflight = cors({
  origin: origins,
  credentials: true,
  allowMethods: ["GET", "POST", "PATCH", "DELETE"],
  allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id"],
  exposeHeaders: exposed,
  maxAge: 600,
});

/**
 * Which pages may read answers with the cookie. The headers are added once the answer exists: headers set before would
 * make hono create a second answer and copy the first into it.
 */
export const corsHeaders = createMiddleware(async (c, next) => {
  if (c.req.method === "OPTIONS") return preflight(c, next);
  await next();
  const { headers } = c.res;
  const origin = c.req.header("origin") ?? "";
  if (origins.includes(origin)) headers.set("access-control-allow-origin", origin);
  headers.set("access-control-allow-credentials", "true");
  headers.set("access-control-expose-headers", exposed.join(","));
  headers.append("vary", "Origin");
});

/**
 * A browser sends the cookie with requests from any page: a request that changes something must come from a trusted
 * page.
 */
export async function requireTrustedOrigin(c: Context, next: Next): Promise<void> {
  const unsafe = !["GET", "HEAD", "OPTIONS"].includes(c.req.method);
  if (unsafe && getCookie(c, sessionCookie) !== undefined && !origins.includes(c.req.header("origin") ?? "")) {
    throw new Problem("forbidden", "request.origin", "This request came from a page that may not send it.");
  }
  await next();
}

export type Bytes = { Variables: { bytes: Uint8Array } };

/**
 * Refuses a Content-Length above the limit at once. Otherwise reads the body as it arrives and stops at the limit,
 * because Content-Length may be missing or wrong.
 */
export async function readBody(c: Context<Bytes>, next: Next): Promise<void> {
  if (Number(c.req.header("content-length")) > maxBodyBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  c.set("bytes", Buffer.concat(chunks));
  await next();
}

function tooLarge(): Problem {
  return new Problem("input", "request.size", `A body has at most ${maxBodyBytes} bytes.`);
}
