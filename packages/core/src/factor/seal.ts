import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";

const ivBytes = 12;
const tagBytes = 16;

/** The secret that encrypts, and the one before it, which still decrypts. */
const secrets = [env.FACTOR_SECRET ?? (env.SST_STAGE ? undefined : "local"), env.FACTOR_SECRET_BEFORE].flatMap(
  (secret) => (secret === undefined ? [] : [keyOf(secret)]),
);

/**
 * Encrypts for one user (AES-256-GCM): the text opens for no other, so that rows cannot be exchanged.
 * @throws Problem `factor.unavailable` on a deployed stage without FACTOR_SECRET
 */
export function seal(bytes: Buffer, userId: string): string {
  const [key] = secrets;
  if (!env.FACTOR_SECRET && env.SST_STAGE) throw unavailable();
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key as Buffer, iv).setAAD(Buffer.from(userId));
  const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url");
}

/** @throws Problem `factor.unavailable` when no secret of ours has encrypted it */
export function unseal(sealed: string, userId: string): Buffer {
  const bytes = Buffer.from(sealed, "base64url");
  for (const key of secrets) {
    try {
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes))
        .setAAD(Buffer.from(userId))
        .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
    } catch {
      // The next secret is tried.
    }
  }
  throw unavailable();
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", "travel-conductor factor", 32));
}

function unavailable(): Problem {
  const message = "Codes of an app cannot be checked at the moment.";
  return new Problem("upstream", "factor.unavailable", message, { retryAfter: 60 });
}
