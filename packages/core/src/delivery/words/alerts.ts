import { alertDe } from "./alert-de.ts";
import { alertEn } from "./alert-en.ts";
import type { AlertWords } from "./alertshape.ts";

/** The words in a person's language (BCP 47); in English where we have no others. */
export function alertWordsIn(language: string | null): { language: "en" | "de"; words: AlertWords } {
  return language?.split("-")[0]?.toLowerCase() === "de"
    ? { language: "de", words: alertDe }
    : { language: "en", words: alertEn };
}
