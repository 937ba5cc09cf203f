import { de } from "./words/de.ts";
import { en } from "./words/en.ts";
import type { Words } from "./words/shape.ts";

const languages: Record<string, Words> = { en, de };

/** The words in a person's language (BCP 47); in English where we have no others. */
export function wordsIn(language: string | null): Words {
  return languages[language?.split("-")[0]?.toLowerCase() ?? "en"] ?? en;
}
