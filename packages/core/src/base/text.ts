import * as v from "valibot";

const unfit = String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069`;
/**
 * No control characters (NUL among them), half surrogate pairs, line breaks or marks that change the reading direction.
 */
export const plain = new RegExp(`^[^${unfit}]*$`, "u");
/** The same, but with line breaks and tabs. */
export const plainLines = new RegExp(String.raw`^(?:[\t\n\r]|[^${unfit}])*$`, "u");
export const unreadable = "must be text without control characters";

/** Limits count characters as people do: code points, as Postgres's `length` does. */
export function characters(min: number, max: number) {
  return v.check<string, string>((text) => {
    const count = [...text].length;
    return count >= min && count <= max;
  }, `must have ${min} to ${max} characters`);
}
