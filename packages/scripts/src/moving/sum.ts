import { hash } from "node:crypto";

/** A digest over other digests and texts. */
export const sumOf = (digest: Buffer, ...texts: string[]): Buffer =>
  hash("sha256", `${digest.toString("hex")} ${JSON.stringify(texts)}`, "buffer").subarray(0, 16);

/** A digest of what is written of a row, or stands there: a value that JSON can hold, its fields in one order. */
export const digestOfValue = (value: unknown): Buffer =>
  hash("sha256", JSON.stringify(value), "buffer").subarray(0, 16);

export const isSame = (one: Buffer, other: Buffer): boolean => one.equals(other);
