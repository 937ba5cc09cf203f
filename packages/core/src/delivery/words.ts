import type { AlertOf } from "./alerts.ts";
import { de } from "./words/de.ts";
import { en } from "./words/en.ts";

/** The words of messages about prices in one language. Plain text: what they are put into escapes them. */
export type Words = {
  /** BCP 47, by which days and amounts are written. */
  locale: string;
  alert: {
    title: (alert: AlertOf) => string;
    summary: (alert: AlertOf) => string;
    several: (count: number) => string;
    more: (count: number) => string;
  };
  test: { title: string; text: string };
};

const languages: Record<string, Words> = { en, de };

/** The words in a person's language (BCP 47); in English where we have no others. */
export function wordsIn(language: string | null): Words {
  return languages[language?.split("-")[0]?.toLowerCase() ?? "en"] ?? en;
}
