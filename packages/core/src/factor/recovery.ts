import { createHash, randomBytes } from "node:crypto";
import { type Fragment, sql } from "../base/db.ts";

const count = 10;
/** Crockford's base 32: no letter looks like a digit. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ten new codes, as `k7mn-04xq-…`. Their 120 random bits need no slow hash. */
export function newCodes(): string[] {
  return Array.from({ length: count }, () => {
    const letters = [...randomBytes(24)].map((byte) => alphabet[byte & 31]).join("");
    return (letters.match(/.{4}/g) as string[]).join("-");
  });
}

/** The stored form of a code as typed: case, spaces and hyphens do not matter. */
export function hashCode(code: string): string {
  return createHash("sha256").update(code.toLowerCase().replaceAll(/[\s-]/g, "")).digest("hex");
}

/** The statements that replace a user's codes by these. */
export function replaceCodes(userId: string, codes: string[], given: Fragment = sql`true`): Fragment[] {
  return [
    sql`delete from recovery_codes where recovery_codes.user_id = ${userId} and ${given}`,
    sql`
      insert into recovery_codes (user_id, hash)
      select ${userId}, code.hash
        from unnest(${codes.map(hashCode)}::text[]) as code (hash)
       where ${given}`,
  ];
}
