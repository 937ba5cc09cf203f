import * as v from "valibot";
import * as Post from "../post.ts";

/** A review of a place. `named`: whether the first name and an initial stand at it. */
export const Create = v.strictObject({
  ...Post.reviewEntries,
  language: Post.Language,
  named: v.optional(Post.Named, false),
});
export type Create = v.InferInput<typeof Create>;

/** A field that is left out stays. */
export const Update = v.strictObject({
  rating: v.optional(Post.reviewEntries.rating),
  title: v.optional(Post.reviewEntries.title),
  body: v.optional(Post.reviewEntries.body),
  travelledIn: v.optional(Post.reviewEntries.travelledIn),
  party: v.optional(Post.reviewEntries.party),
  purpose: v.optional(Post.reviewEntries.purpose),
  language: v.optional(Post.Language),
  named: v.optional(Post.Named),
});
export type Update = v.InferInput<typeof Update>;

export const Query = v.strictObject({
  ...Post.listEntries,
  purpose: v.optional(Post.reviewEntries.purpose),
  party: v.optional(Post.reviewEntries.party),
});
export type Query = v.InferInput<typeof Query>;

export const Info = Post.ReviewInfo;
