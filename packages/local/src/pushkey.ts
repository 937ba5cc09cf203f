import { createECDH } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A private key of web push: P-256, 32 bytes in base64url. */
export function newPushKey(): string {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  // Without the zeros at its beginning it may be shorter.
  return Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()])
    .subarray(-32)
    .toString("base64url");
}

/** The key in this file, which is made where there is none: browsers that subscribed with it stay subscribed. */
export function keptPushKey(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8");
  const key = newPushKey();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}
