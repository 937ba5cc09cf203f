import { hash } from "node:crypto";

/** 32 digits of base 16: the first half of a SHA-256. */
export type Digest = string;

/** The digest of a text. */
export const digestOfText = (text: string): Digest => hash("sha256", text, "hex").slice(0, 32);

/** A digest over other digests and texts. */
export const sumOf = (digest: Digest, ...texts: string[]): Digest => digestOfText(`${digest} ${JSON.stringify(texts)}`);

/** A digest of what is written of a row, or stands there: a value that JSON can hold, its fields in one order. */
export const digestOfValue = (value: unknown): Digest => digestOfText(JSON.stringify(value));
