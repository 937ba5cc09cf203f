import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { env } from "@travel-conductor/core/base/env";
import { Problem } from "@travel-conductor/core/base/error";
import { logger } from "@travel-conductor/core/base/log";
import type { Context, Next } from "hono";

/** Carries the secret that the distribution adds to each request that it sends to the API. */
const proof = "x-origin-secret";
const accepted = [env.EDGE_SECRET, env.EDGE_SECRET_BEFORE].filter((secret) => secret !== undefined).map(digest);
let warned = false;

/**
 * Refuses requests that did not come through the distribution, where it has a secret: the API's own address is open to
 * everyone, and past the distribution a caller would choose its own address and skip its firewall. `/health` stays open
 * for probes of the API itself.
 * @throws Problem request.edge
 */
export async function requireEdge(c: Context, next: Next): Promise<void> {
  if (accepted.length > 0 && c.req.path !== "/health" && !isProven(c)) {
    throw new Problem("forbidden", "request.edge", "This address takes no requests. Use the one of the web client.");
  }
  await next();
}

/**
 * The viewer's address as the distribution in front of the API saw it: its function sets `X-Viewer-Address`, and
 * CloudFront itself `CloudFront-Viewer-Address`, with a port, where a policy asks for it. Undefined, and so for every
 * caller that sends such headers itself, without a secret that is accepted beside them.
 */
export function viewerOf(c: Context): string | undefined {
  if (!isProven(c)) return undefined;
  const plain = c.req.header("x-viewer-address");
  return plain === undefined ? withoutPort(c.req.header("cloudfront-viewer-address")) : address(plain);
}

function isProven(c: Context): boolean {
  const given = c.req.header(proof);
  return given !== undefined && accepted.length > 0 && isAccepted(given);
}

/** Compares digests, all of them, so that the time tells neither the length nor the beginning of a secret. */
function isAccepted(given: string): boolean {
  const one = digest(given);
  const known = accepted.map((other) => timingSafeEqual(one, other)).includes(true);
  if (!known && !warned) {
    warned = true;
    logger.warn("edge secret not accepted: what comes through the distribution is refused");
  }
  return known;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** `198.51.100.10:46532` or `2001:db8::1:46532`, also with the IPv6 address in brackets. */
function withoutPort(text = ""): string | undefined {
  const [, before = "", port] = /^(.{1,64}):(\d{1,5})$/.exec(text) ?? [];
  if (Number(port) > 65_535) return undefined;
  return address(/^\[(.+)\]$/.exec(before)?.[1] ?? before);
}

/** An address of the internet, without a zone such as `%eth0`. */
function address(text: string): string | undefined {
  return isIP(text) !== 0 && !text.includes("%") ? text : undefined;
}
