import { settings as english } from "./en/settings.ts";
import { lateWords } from "./late.ts";

/** The texts of the account's and the operators' screens, which are loaded with them. */
export type Settings = ReturnType<typeof english>;

export const useSettings = lateWords<Settings>(english, {
  de: async () => (await import("./de/settings.ts")).settings,
});
