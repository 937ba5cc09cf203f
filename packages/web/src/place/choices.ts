import type { NewReview, NewTip, Report } from "../data/posts.ts";

export const tipKinds = [
  "transit",
  "money",
  "safety",
  "food",
  "stay",
  "families",
  "access",
  "other",
] as const satisfies NewTip["kind"][];
export const purposes = ["beach", "city", "nature", "work", "visit", "other"] as const satisfies NewReview["purpose"][];
export const parties = ["alone", "couple", "family", "friends", "business"] as const satisfies NewReview["party"][];
export const reasons = [
  "spam",
  "abuse",
  "personal",
  "false",
  "off_topic",
  "other",
] as const satisfies Report["reason"][];

export type Language = NewTip["language"];
const languages = [
  ...(["ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl"] as const),
  ...(["no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"] as const),
] satisfies Language[];

const names = new Map<string, Intl.DisplayNames>();

/** What a language is called in the reader's. */
export function languageName(code: string, locale: string): string {
  const named = names.get(locale) ?? new Intl.DisplayNames(locale, { type: "language" });
  names.set(locale, named);
  return named.of(code) ?? code;
}

/** All languages of texts by their names, in the order of the reader's alphabet. */
export const languageOptions = (locale: string): [string, string][] =>
  languages
    .map((code): [string, string] => [code, languageName(code, locale)])
    .sort(([, one], [, other]) => one.localeCompare(other, locale));

/** The reader's language, where texts can be in it; else English. */
export function languageOf(locale: string): Language {
  const code = new Intl.Locale(locale).language;
  return languages.find((each) => each === code) ?? "en";
}

/** The months that a review can be about, newest first: this one and those of three years. */
export function months(now = new Date()): string[] {
  return Array.from({ length: 37 }, (_, back) =>
    new Date(Date.UTC(now.getFullYear(), now.getMonth() - back, 1)).toISOString().slice(0, 7),
  );
}

/** How long a text is as the API counts it: without spaces at its ends, runs of them as one. */
export const lengthOf = (text: string) =>
  [
    ...text
      .normalize("NFC")
      .replace(/[^\S\n]+/g, " ")
      .replace(/ ?\n ?/g, "\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim(),
  ].length;
