import { createECDH } from "node:crypto";
import { env } from "../base/env.ts";
import { Problem } from "../base/error.ts";
import type { PushKey } from "./schema.ts";

/** @throws Problem `channel.unavailable` where this stage has no key */
export async function pushKey(): Promise<PushKey> {
  const { PUSH_PRIVATE_KEY: secret } = env;
  if (!secret) throw new Problem("conflict", "channel.unavailable", "This service sends no web push.");
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(Buffer.from(secret, "base64url"));
  return { publicKey: pair.getPublicKey("base64url") };
}
