import * as v from "valibot";
import * as Post from "../post.ts";

/** A tip about a place. `named`: whether the first name and an initial stand at it. */
export const Create = v.strictObject({
  ...Post.tipEntries,
  language: Post.Language,
  named: v.optional(Post.Named, false),
});
export type Create = v.InferInput<typeof Create>;

/** A field that is left out stays. */
export const Update = v.strictObject({
  kind: v.optional(Post.tipEntries.kind),
  body: v.optional(Post.tipEntries.body),
  language: v.optional(Post.Language),
  named: v.optional(Post.Named),
});
export type Update = v.InferInput<typeof Update>;

export const Query = v.strictObject({ ...Post.listEntries, kind: v.optional(Post.tipEntries.kind) });
export type Query = v.InferInput<typeof Query>;

export const Info = Post.TipInfo;
