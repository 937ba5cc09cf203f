import { createHmac, timingSafeEqual } from "node:crypto";

/** The length of a step in seconds (RFC 6238). */
const period = 30;
const issuer = "Travel Conductor";
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The number of the step of a moment, counted from 1970. */
export const stepOf = (at: Date) => Math.floor(at.getTime() / 1000 / period);

/** The six digits of a step (RFC 4226 with SHA-1, which every app knows). */
export function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = (mac.at(-1) as number) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The step whose code this is: that of `at`, the one before or the one after, and later than `last`. */
export function findStep(secret: Buffer, code: string, at: Date, last: number): number | undefined {
  const now = stepOf(at);
  const given = Buffer.from(code.padEnd(6).slice(0, 6));
  return [now, now - 1, now + 1].find(
    (step) => step > last && timingSafeEqual(Buffer.from(codeOf(secret, step)), given),
  );
}

/** Base 32 (RFC 4648) without padding; five bytes are eight letters. */
export function toBase32(bytes: Buffer): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{1,5}/g) ?? []).map((part) => alphabet[Number.parseInt(part.padEnd(5, "0"), 2)]).join("");
}

/** The address in an app's QR code. */
export function toUri(secret: string, email: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(email)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=6&period=${period}`;
}
