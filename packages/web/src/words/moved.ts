import { moved as english } from "./en/moved.ts";
import { lateWords } from "./late.ts";

/** The texts of what was moved in from the old site. */
export type MovedTexts = ReturnType<typeof english>;

export const useMovedTexts = lateWords<MovedTexts>(english, {
  de: async () => (await import("./de/moved.ts")).moved,
});
