import { posts as english } from "./en/posts.ts";
import { lateWords } from "./late.ts";

/** The texts of tips and reviews, and of what operators decide about them. */
export type PostTexts = ReturnType<typeof english>;

export const usePostTexts = lateWords<PostTexts>(english, {
  de: async () => (await import("./de/posts.ts")).posts,
});
