import type { Data } from "../../outbox.ts";
import type { Part } from "../layout.ts";
import type { LetterKind } from "../letter.ts";
import { lettersDe } from "./letters-de.ts";
import { lettersEn } from "./letters-en.ts";

/**
 * What the words of a letter are made with: addresses of the client's pages, moments on the reader's clocks, and the
 * link that keeps silent watches going, signed for the reader, which works a month longer than they do.
 */
export type Say = {
  link: (path: string) => string;
  moment: (instant: string) => string;
  keep: (until: string) => string;
};

/** The words of the letters about an account or a watch, in one language. */
export type LetterWords = {
  [K in LetterKind]: (data: Data[K], say: Say) => { subject: string; parts: Part[] };
};

/** The letters in a person's language (BCP 47), in English where we have no others, with the language they are in. */
export function lettersIn(language: string | null): { language: "en" | "de"; locale: string; words: LetterWords } {
  return language?.split("-")[0]?.toLowerCase() === "de"
    ? { language: "de", locale: "de-DE", words: lettersDe }
    : { language: "en", locale: "en-GB", words: lettersEn };
}
