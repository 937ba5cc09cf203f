import { createHash } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { knows } from "./tag.ts";

/**
 * For an answer that is the same for everyone and seldom changes: it is used for `lifetime` seconds without asking again,
 * and then asked for by its tag, which 304 answers where it is still the same.
 */
const lastingFor = (lifetime: number) =>
  createMiddleware(async (c, next) => {
    await next();
    if (!c.res.ok) return;
    const body = await c.res.clone().arrayBuffer();
    const tag = `"${createHash("sha256").update(new Uint8Array(body)).digest("base64url").slice(0, 22)}"`;
    c.header("etag", tag);
    c.header("cache-control", `public, max-age=${lifetime}`);
    if (knows(c, tag)) c.res = new Response(null, { status: 304, headers: c.res.headers });
  });

export const lasting = lastingFor(86_400);
export const lastingAnHour = lastingFor(3_600);
