import { hash, randomFillSync } from "node:crypto";
import { realNow } from "./time.ts";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

export type Prefix =
  | "usr"
  | "far"
  | "wch"
  | "alr"
  | "msg"
  | "exp"
  | "evt"
  | "fch"
  | "sch"
  | "key"
  | "psk"
  | "chn"
  | "try"
  | "pmt"
  | "bkg"
  | "tvl"
  | "doc"
  | "run"
  | "gdv"
  | "pst";

/**
 * `usr_` and 26 characters of Crockford base 32: 48 bits of UTC milliseconds, then 80 random bits, so that ids sort by
 * age.
 */
export function newId(prefix: Prefix, at: Date = realNow()): string {
  return write(prefix, at, randomFillSync(Buffer.alloc(16)));
}

/**
 * The same, with 80 bits of the SHA-256 of `seed` in place of the random ones: an object that is created twice gets the
 * same id.
 */
export function stableId(prefix: Prefix, at: Date, seed: string): string {
  return write(prefix, at, hash("sha256", seed, "buffer").subarray(0, 16));
}

/** The lowest id of `at`: ids of earlier moments sort before it, all others do not. */
export function startOfIds(prefix: Prefix, at: Date): string {
  return write(prefix, at, Buffer.alloc(16));
}

/** Where an id's characters are written before they become a text: adding them one by one makes a text for each. */
const signs = Buffer.alloc(26);
const digits = Buffer.from(alphabet);

function write(prefix: Prefix, at: Date, bytes: Buffer): string {
  bytes.writeUIntBE(at.getTime(), 0, 6);
  let bits = 0;
  let held = 0;
  let length = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      signs[length++] = digits[(held >> bits) & 31]!;
    }
    held &= (1 << bits) - 1;
  }
  signs[length] = digits[(held << (5 - bits)) & 31]!;
  return `${prefix}_${signs.toString("latin1")}`;
}
