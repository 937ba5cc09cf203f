import { pay as english } from "./en/pay.ts";
import { lateWords } from "./late.ts";

/** The texts of cards. */
export type PayTexts = ReturnType<typeof english>;

export const usePayTexts = lateWords<PayTexts>(english, {
  de: async () => (await import("./de/pay.ts")).pay,
});
