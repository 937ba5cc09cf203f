import * as v from "valibot";
import { list } from "../base/list.ts";
import { characters, plain, unreadable } from "../base/text.ts";

/** What a key may do; each operation of the API states the one that it needs. */
export const Scope = v.picklist(["read", "watch", "export"]);
export type Scope = v.InferOutput<typeof Scope>;

/** Any text in one line, so that its owner recognises it. */
const Name = v.pipe(v.string(), v.normalize("NFC"), v.trim(), v.regex(plain, unreadable), characters(1, 100));

export const Create = v.strictObject({
  name: Name,
  scopes: v.pipe(
    list(Scope, 3),
    v.minLength(1, "must name at least one"),
    v.check((all) => new Set(all).size === all.length, "must name each once"),
  ),
  expiresInDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365)), 90),
});
export type Create = v.InferInput<typeof Create>;

export const Update = v.strictObject({ name: Name });
export type Update = v.InferInput<typeof Update>;

const instant = v.pipe(v.string(), v.isoTimestamp());

/**
 * A key as its owner sees it. `start` is its first 8 characters; `network` the /24 or /64 of the last use that was
 * noted, and `lastUsedAt`, exact to 10 minutes, null before the first use.
 */
export const Info = v.object({
  id: v.string(),
  name: v.string(),
  start: v.string(),
  scopes: v.array(Scope),
  createdAt: instant,
  lastUsedAt: v.nullable(instant),
  network: v.nullable(v.string()),
  expiresAt: instant,
});
export type Info = v.InferOutput<typeof Info>;

/** A new key, and the only answer with the key itself. */
export const Made = v.object({
  ...Info.entries,
  key: v.string(),
});
export type Made = v.InferOutput<typeof Made>;
