import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const prefix = "tck_";

/**
 * A new key: `tck_`, 256 random bits as 43 digits of base 62, and the CRC-32 of all that as 6. The prefix and the sum
 * let a scanner find a key that was published by mistake, without any request.
 */
export function newSecret(): string {
  const secret = prefix + write(BigInt(`0x${randomBytes(32).toString("hex")}`), 43);
  return secret + sum(secret);
}

/** Returns whether the text is meant as a key, whole or not. A session's token that begins like one has 43 characters. */
export function isSecret(text: string): boolean {
  return text.startsWith(prefix) && text.length !== 43;
}

/** Returns whether the text has the form of a key and the right sum. */
export function isWhole(text: string): boolean {
  return /^tck_[0-9A-Za-z]{49}$/.test(text) && sum(text.slice(0, -6)) === text.slice(-6);
}

/** The key of a copy in Redis. */
export const copyOf = (hashed: string) => `key:${hashed}`;

const sum = (text: string) => write(BigInt(crc32(text)), 6);

function write(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest /= 62n) text = digits[Number(rest % 62n)] + text;
  return text;
}
