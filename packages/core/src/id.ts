import { randomFillSync } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** `usr_` and 26 characters of Crockford base 32: 48 bits of UTC milliseconds, then 80 random bits, so ids sort by age. */
export function newId(prefix: "usr" | "far" | "wch" | "alr" | "ofr" | "req", at: Date = new Date()): string {
  const bytes = randomFillSync(Buffer.alloc(16));
  bytes.writeUIntBE(at.getTime(), 0, 6);
  let bits = 0;
  let held = 0;
  let text = "";
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return `${prefix}_${text}${alphabet[(held << (5 - bits)) & 31]}`;
}
