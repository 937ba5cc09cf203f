import { find as english } from "./en/find.ts";
import { lateWords } from "./late.ts";

/** The texts of the search over everything, and of the pages of help. */
export type FindTexts = ReturnType<typeof english>;

export const useFindTexts = lateWords<FindTexts>(english, {
  de: async () => (await import("./de/find.ts")).find,
});
