import { createECDH, ECDH } from "node:crypto";
import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import { versionsOf } from "../base/versions.ts";
import { type Kinds, kinds as known, type PushKey } from "./schema.ts";

/** Lists the kinds of channels that this stage can send to. */
export async function kinds(): Promise<Kinds> {
  const { PUSH_PRIVATE_KEY: key, TELEGRAM_BOT: bot } = env;
  const isMissing = (kind: string) => (kind === "push" && !key) || (kind === "telegram" && !bot);
  return { items: known.filter((kind) => !isMissing(kind)) };
}

/** @throws Problem `channel.unavailable` where this stage has no key */
export async function pushKey(): Promise<PushKey> {
  const [secret] = versionsOf(env.PUSH_PRIVATE_KEY);
  if (!secret) throw unavailable();
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(Buffer.from(secret, "base64url"));
  return { publicKey: pair.getPublicKey("base64url") };
}

/**
 * Requires a key of ours, and keys of a subscription that a push can be encrypted with: a point of P-256, and 16 bytes.
 * @throws Problem `channel.unavailable`, `channel.address`
 */
export function requireUsable({ p256dh, auth }: { p256dh: string; auth: string }): void {
  if (!env.PUSH_PRIVATE_KEY) throw unavailable();
  const errors = [
    ...(isPoint(p256dh)
      ? []
      : [{ pointer: "/keys/p256dh", detail: "must be a point of P-256, as a browser gives it" }]),
    ...(Buffer.from(auth, "base64url").length === 16 ? [] : [{ pointer: "/keys/auth", detail: "must be 16 bytes" }]),
  ];
  if (errors.length > 0)
    throw new Problem("input", "channel.address", "Nothing can be sent to this address.", { errors });
}

function isPoint(p256dh: string): boolean {
  const bytes = Buffer.from(p256dh, "base64url");
  try {
    return bytes.length === 65 && ECDH.convertKey(bytes, "prime256v1").length === 65;
  } catch {
    return false;
  }
}

const unavailable = () => new Problem("conflict", "channel.unavailable", "This service sends no web push.");
