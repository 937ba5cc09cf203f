import { travelers as english } from "./en/travelers.ts";
import { lateWords } from "./late.ts";

/** The texts of travelers and their documents. */
export type TravelerTexts = ReturnType<typeof english>;

export const useTravelerTexts = lateWords<TravelerTexts>(english, {
  de: async () => (await import("./de/travelers.ts")).travelers,
});
