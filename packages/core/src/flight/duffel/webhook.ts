import { createHmac, timingSafeEqual } from "node:crypto";
import { versionsOf } from "../../base/versions.ts";

/**
 * Returns whether Duffel, which shares a version of `secret` with us, sent this body: `header` is `X-Duffel-Signature`,
 * `t=<unix seconds>,v1=<hex HMAC-SHA256 of t.body>` (https://duffel.com/docs/guides/receiving-webhooks). The time of
 * signing is not judged: an event is repeated for three days, and repetitions are recognised by its idempotency key.
 */
export function signed(secret: string, header: string | undefined, body: Uint8Array): boolean {
  const [, at, signature] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? "") ?? [];
  if (at === undefined || signature === undefined) return false;
  const given = Buffer.from(signature, "hex");
  return versionsOf(secret).some((version) =>
    timingSafeEqual(createHmac("sha256", version).update(`${at}.`).update(body).digest(), given),
  );
}
