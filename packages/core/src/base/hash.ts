import { createHash } from "node:crypto";

/**
 * What is stored of a random secret in place of it: SHA-256 in hex, enough for one of 128 bits or more. Synchronous on
 * purpose: an await would split commands that must share one request.
 */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
