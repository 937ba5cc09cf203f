import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from "node:crypto";

/**
 * A backup is a header and frames. A frame is its length (4 bytes), its text, and a tag of 16 bytes. Its number, and
 * whether it is the last one, are in its nonce; the header is authenticated with each. So a frame that is altered, moved,
 * repeated or left out does not open, and a file without its last frame is known to be cut.
 */
export type Frames = {
  seal: (text: Buffer, number: number, isLast: boolean) => Buffer[];
  /** Throws where it is not this frame of this file. */
  open: (frame: Buffer, number: number, isLast: boolean) => Buffer;
};

export const cipherName = "aes-256-gcm";
export const tagBytes = 16;
/** The most rows of a frame, in bytes of their text; a frame is somewhat larger. */
export const frameBytes = 256 * 1024;
/** A longer frame was not written by this program. */
export const longestFrame = 64 * 1024 * 1024;

const settings = { authTagLength: tagBytes } as const;

/** Frames of AES-256-GCM. A key serves one file alone, because the nonces are numbers that begin at 0. */
export function sealedFrames(key: Buffer, header: Buffer): Frames {
  const beside = createHash("sha256").update(header).digest();
  return {
    seal(text, number, isLast) {
      const cipher = createCipheriv(cipherName, key, nonceOf(number, isLast), settings).setAAD(beside);
      const sealed = [cipher.update(text), cipher.final()];
      return withLength([...sealed, cipher.getAuthTag()]);
    },
    open(frame, number, isLast) {
      const decipher = createDecipheriv(cipherName, key, nonceOf(number, isLast), settings)
        .setAAD(beside)
        .setAuthTag(frame.subarray(frame.length - tagBytes));
      const text = decipher.update(frame.subarray(0, frame.length - tagBytes));
      decipher.final();
      return text;
    },
  };
}

/** Frames in clear text, whose tags are the first bytes of a SHA-256: they find accidents, and no forgery. */
export function clearFrames(header: Buffer): Frames {
  const beside = createHash("sha256").update(header).digest();
  const tagOf = (text: Buffer, number: number, isLast: boolean) =>
    createHash("sha256").update(beside).update(nonceOf(number, isLast)).update(text).digest().subarray(0, tagBytes);
  return {
    // A copy, because the caller uses its buffer again before the bytes are written.
    seal: (text, number, isLast) => withLength([Buffer.from(text), tagOf(text, number, isLast)]),
    open(frame, number, isLast) {
      const text = frame.subarray(0, frame.length - tagBytes);
      if (!timingSafeEqual(tagOf(text, number, isLast), frame.subarray(frame.length - tagBytes)))
        throw new Error("tag differs");
      return text;
    },
  };
}

/** 12 bytes: the number of the frame, and 1 for the last one in the last byte. */
function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(number), 3);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

function withLength(parts: Buffer[]): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(parts.reduce((sum, part) => sum + part.length, 0));
  return [length, ...parts];
}
