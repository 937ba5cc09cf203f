import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Context, Next } from "hono";

/** A shorter answer gains nothing (bytes). */
const least = 1_024;
const options = { level: constants.Z_BEST_SPEED };
const zip = promisify(gzip);
/** Where an answer may hold a token or a key. */
const secret = /^\/v1\/(auth|me\/keys)(\/|$)/;
const texts = /^(text\/|application\/(json|problem\+json))/;

/**
 * Compresses text for clients that accept gzip. Never below /v1/auth and /v1/me/keys, where an answer holds a token or a
 * key: its length would say something about it beside text that the caller chose.
 */
export async function compressed(c: Context, next: Next): Promise<void> {
  await next();
  const { headers, body, status } = c.res;
  if (!texts.test(headers.get("content-type") ?? "") || secret.test(c.req.path) || !body) return;
  headers.append("vary", "Accept-Encoding");
  if (!acceptsGzip(c.req.header("accept-encoding"))) return;
  const content = new Uint8Array(await c.res.arrayBuffer());
  if (content.byteLength < least) {
    c.res = new Response(content, { status, headers });
    return;
  }
  const tag = headers.get("etag");
  c.res = new Response(await zip(content, options), { status, headers });
  c.res.headers.set("content-encoding", "gzip");
  c.res.headers.delete("content-length");
  if (tag && !tag.startsWith("W/")) c.res.headers.set("etag", `W/${tag}`);
}

/** `br, gzip;q=0.5` does, `gzip;q=0` does not. */
function acceptsGzip(header = ""): boolean {
  return header
    .toLowerCase()
    .split(",")
    .some((each) => /^\s*(gzip|\*)\s*(;\s*q=(0?\.0*[1-9]\d*|1(\.0*)?)\s*)?$/.test(each));
}
