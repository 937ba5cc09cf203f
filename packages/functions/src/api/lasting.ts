import { createHash } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { knows } from "./tag.ts";

/** How long an answer is used without asking again (seconds); after that it is asked for by its tag. */
const lifetime = 86_400;

/**
 * For an answer that is the same for everyone and seldom changes: it may be kept for a day, and 304 answers a request
 * that names its tag.
 */
export const lasting = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.ok) return;
  const body = await c.res.clone().arrayBuffer();
  const tag = `"${createHash("sha256").update(new Uint8Array(body)).digest("base64url").slice(0, 22)}"`;
  c.header("etag", tag);
  c.header("cache-control", `public, max-age=${lifetime}`);
  if (knows(c, tag)) c.res = new Response(null, { status: 304, headers: c.res.headers });
});
