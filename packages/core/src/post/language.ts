import { francAll } from "franc-min";
import type { languages } from "./schema.ts";

/** The languages of texts that the package knows, by its codes (ISO 639-3). */
const known: Record<string, (typeof languages)[number]> = {
  arb: "ar",
  ces: "cs",
  cmn: "zh",
  deu: "de",
  ell: "el",
  eng: "en",
  fra: "fr",
  hin: "hi",
  hun: "hu",
  ind: "id",
  ita: "it",
  jpn: "ja",
  kor: "ko",
  nld: "nl",
  pol: "pl",
  por: "pt",
  ron: "ro",
  rus: "ru",
  spa: "es",
  swe: "sv",
  tha: "th",
  tur: "tr",
  ukr: "uk",
  vie: "vi",
};

/** The language that a text seems to be in; null under 60 characters, and where another one is nearly as likely. */
export function languageOf(text: string): string | null {
  const [first, second] = francAll(text, { only: Object.keys(known), minLength: 60 });
  if (!first || (second && second[1] > 0.9)) return null;
  return known[first[0]] ?? null;
}
