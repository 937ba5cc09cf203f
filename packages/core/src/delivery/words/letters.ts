import { lettersDe } from "./letters-de.ts";
import { lettersEn } from "./letters-en.ts";
import type { LetterWords } from "./lettershape.ts";

/** The letters in a person's language (BCP 47), in English where we have no others, with the language they are in. */
export function lettersIn(language: string | null): { language: "en" | "de"; locale: string; words: LetterWords } {
  return language?.split("-")[0]?.toLowerCase() === "de"
    ? { language: "de", locale: "de-DE", words: lettersDe }
    : { language: "en", locale: "en-GB", words: lettersEn };
}
