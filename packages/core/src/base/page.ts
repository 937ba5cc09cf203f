import * as v from "valibot";
import { Problem } from "./error.ts";

/** Which page of a list: at most `limit` items (1–100, by default 25) after the item that `cursor` identifies. */
export const Page = v.strictObject({
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 25),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(200))),
});
export type Page = v.InferInput<typeof Page>;

const id = /^[a-z]{3}_[0-9a-z]{26}$/;

/**
 * Turns `limit` + 1 rows into a page; the extra row only says that there is a next page. `key` is the order of the
 * list.
 */
export function toPage<T>(
  rows: T[],
  limit: number,
  key: (row: T) => string,
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor(key(last)) };
}

/** The cursor of what comes after the item with this key. */
export const encodeCursor = (key: string): string => Buffer.from(key).toString("base64url");

/**
 * Decodes a cursor to the key that the page starts after, or null for the first page. The key comes from the caller:
 * use it only in comparisons, and give a `shape` where it is not an id.
 * @throws Problem `page.cursor` for anything that `toPage` could not have made
 */
export function decodeCursor(cursor: string | undefined | null, shape: RegExp = id): string | null {
  if (cursor === undefined || cursor === null) return null;
  const key = Buffer.from(cursor, "base64url").toString();
  if (shape.test(key) && encodeCursor(key) === cursor) return key;
  const detail = "must be a nextCursor of this list";
  throw new Problem("input", "page.cursor", "The cursor is not one this list gave.", {
    errors: [{ pointer: "#cursor", detail }],
  });
}
