import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { same } from "./http.ts";

/** An access key of a role or a user of AWS; `token` belongs to a session's key. */
export type Key = { id: string; secret: string; token?: string };

/**
 * What has been asked with a session's key until now, by who asked: the part of its token after `#`, which each session
 * may choose. An operation is `sqs:SendMessage`, or `ses:POST /v2/email/outbound-emails` where the path names it.
 */
export const asked = new Map<string, Set<string>>();

/**
 * Tells whether a request to an AWS service has the key's signature (Signature Version 4). Computes it again from the
 * received request: over the host, the date (five minutes from now at most), the body, and the target and token where
 * there are any.
 */
export function signed(service: string, key: Key, { method, url, headers }: IncomingMessage, body: Buffer): boolean {
  const form =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8}\/[\w-]+\/([\w-]+)\/aws4_request), SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/;
  const [, keyId, scope = "", meant, names = "", signature = ""] = form.exec(headers.authorization ?? "") ?? [];
  const date = String(headers["x-amz-date"]);
  const { pathname, searchParams } = new URL(url ?? "/", "http://localhost");
  searchParams.sort();
  const canonical = [
    method,
    encoded(pathname),
    searchParams.toString(),
    ...names.split(";").map((name) => `${name}:${headers[name]}`),
    "",
    names,
    sha256(body),
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const secret = scope
    .split("/")
    .reduce<string | Buffer>((secret, part) => hmac(secret, part).digest(), `AWS4${key.secret}`);
  const needed = ["host", "x-amz-date", ...["x-amz-target", "x-amz-security-token"].filter((name) => name in headers)];
  const [token, caller] = String(headers["x-amz-security-token"]).split("#");
  const isValid =
    meant === service &&
    keyId === key.id &&
    (key.token === undefined || token === key.token) &&
    needed.every((name) => names.split(";").includes(name)) &&
    scope.startsWith(date.slice(0, 8)) &&
    Math.abs(Date.now() - instant(date)) < 300_000 &&
    same(signature, hmac(secret, text).digest("hex"));
  if (isValid && caller !== undefined) {
    const operation = String(headers["x-amz-target"] ?? `${method} ${pathname}`).replace(/^\w+\./, "");
    asked.set(caller, (asked.get(caller) ?? new Set()).add(`${service}:${operation}`));
  }
  return isValid;
}

/** Returns `20270616T063500Z` in milliseconds. */
function instant(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3:$4:$5"));
}

/** The path of a request as it is signed: what it has encoded is encoded once more, except at S3. */
const encoded = (pathname: string) =>
  encodeURIComponent(pathname)
    .replaceAll("%2F", "/")
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data);
