import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const ivBytes = 12;
const tagBytes = 16;
const settings = { authTagLength: tagBytes } as const;

/** Seals a text for one owner, and opens it again. `open` returns undefined where no secret of ours sealed it for them. */
export type Seal = {
  seal: (bytes: Buffer, owner: string) => string;
  open: (text: string, owner: string) => Buffer | undefined;
};

/**
 * Encrypts with AES-256-GCM by a key derived from the first of `secrets` for this `purpose`; what the others sealed can
 * still be opened. The owner is authenticated too, so that rows cannot be exchanged.
 */
export function createSeal(purpose: string, secrets: [string, ...string[]]): Seal {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync("sha256", secret, "", `travel-conductor ${purpose}`, 32)));
  return {
    seal(bytes, owner) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", keys[0]!, iv, settings).setAAD(Buffer.from(owner));
      const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url");
    },
    open(text, owner) {
      const bytes = Buffer.from(text, "base64url");
      if (bytes.length < ivBytes + tagBytes) return undefined;
      for (const key of keys) {
        try {
          const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes), settings)
            .setAAD(Buffer.from(owner))
            .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
          return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
        } catch {
          // The next secret is tried.
        }
      }
      return undefined;
    },
  };
}
