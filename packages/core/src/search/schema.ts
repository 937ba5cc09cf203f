import * as v from "valibot";
import { list } from "../base/list.ts";

export const kinds = ["city", "airport", "guide", "tip", "review", "help", "watch", "booking", "alert"] as const;
export type Kind = (typeof kinds)[number];

const isCharacter = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** `limit` is for each group of the answer. Without `kinds`, everything is searched. */
export const Query = v.strictObject({
  q: v.pipe(
    v.string(),
    v.maxLength(200, "must have at most 200 characters"),
    v.transform((text) => text.replace(isCharacter, " ")),
    v.trim(),
    v.minLength(1, "must not be empty"),
  ),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20)), 5),
  kinds: v.optional(list(v.picklist(kinds), kinds.length)),
  language: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z]{2}$/, "must be a BCP 47 language tag of two letters, such as de")),
  ),
});
export type Query = v.InferInput<typeof Query>;

/** A piece of a text, and whether it is what was typed. */
export const Segment = v.object({ text: v.string(), marked: v.boolean() });
export type Segment = v.InferOutput<typeof Segment>;

/**
 * What was found. `place` is an IATA code and `placeName` its city; `path` is its page in the web client; `language` is
 * that of the text, by ISO 639-1.
 */
export const Item = v.object({
  kind: v.picklist(kinds),
  id: v.string(),
  title: v.nullable(v.string()),
  place: v.nullable(v.string()),
  placeName: v.nullable(v.string()),
  path: v.string(),
  headline: v.array(Segment),
  language: v.nullable(v.string()),
});
export type Item = v.InferOutput<typeof Item>;

/** Places, texts, and what is the caller's own, each best first. `didYouMean` is a text to search for instead. */
export const Result = v.object({
  places: v.array(Item),
  texts: v.array(Item),
  mine: v.array(Item),
  didYouMean: v.nullable(v.string()),
});
export type Result = v.InferOutput<typeof Result>;
