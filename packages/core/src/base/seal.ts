import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const ivBytes = 12;
const tagBytes = 16;
const settings = { authTagLength: tagBytes } as const;

/**
 * Seals a text for one owner, and opens it again. `open` returns undefined where no secret of ours sealed it for them.
 * `renew` returns what the first secret sealed as it is, and seals anew what another one did.
 */
export type Seal = {
  seal: (bytes: Buffer, owner: string) => string;
  open: (text: string, owner: string) => Buffer | undefined;
  renew: (text: string, owner: string) => string | undefined;
};

/** What came of sealing a table anew: rows that are `left` need an older secret, `unreadable` ones open with none. */
export type Renewed = { renewed: number; left: number; unreadable: number };

/**
 * Encrypts with AES-256-GCM by a key derived from the first of `secrets` for this `purpose`; what the others sealed can
 * still be opened. The owner is authenticated too, so that rows cannot be exchanged.
 */
export function createSeal(purpose: string, secrets: [string, ...string[]]): Seal {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync("sha256", secret, "", `travel-conductor ${purpose}`, 32)));
  const seal = (bytes: Buffer, owner: string) => {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv("aes-256-gcm", keys[0]!, iv, settings).setAAD(Buffer.from(owner));
    const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url");
  };
  /** What a text holds, and which of the keys opened it. */
  const openBy = (text: string, owner: string): { bytes: Buffer; index: number } | undefined => {
    const sealed = Buffer.from(text, "base64url");
    if (sealed.length < ivBytes + tagBytes) return undefined;
    for (const [index, key] of keys.entries()) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, ivBytes), settings)
          .setAAD(Buffer.from(owner))
          .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
        const bytes = Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
        return { bytes, index };
      } catch {
        // The next secret is tried.
      }
    }
    return undefined;
  };
  return {
    seal,
    open: (text, owner) => openBy(text, owner)?.bytes,
    renew(text, owner) {
      const opened = openBy(text, owner);
      return opened && (opened.index === 0 ? text : seal(opened.bytes, owner));
    },
  };
}
