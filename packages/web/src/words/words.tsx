import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { en, type Words } from "./en.ts";
import { type Format, formatOf, pluralOf } from "./format.ts";

type Language = { words: Words; format: Format };

/** English needs no request; other languages are loaded when they are wanted. */
const catalogues: Record<string, () => Promise<typeof en>> = {
  de: async () => (await import("./de.ts")).de,
};

/** The words of the reader's language, once they are here. */
let loaded: Words | undefined;

/** Loads the words of the reader's language. Where there are none, or they do not come, the client speaks English. */
export async function prepareWords(locale = localeOf()): Promise<void> {
  const catalogue = await catalogues[describe(locale).language]?.().catch(() => undefined);
  loaded ??= catalogue?.(pluralOf(locale));
}

const LanguageContext = createContext<Language | null>(null);

/** The reader's language: the first that the browser names. Its formats hold also where its words are not there. */
function localeOf(): string {
  return navigator.languages.find(isLocale) ?? "en-GB";
}

/** Some browsers name one that is none, such as `en-US@posix`. */
function isLocale(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length > 0;
  } catch {
    return false;
  }
}

export function WithLanguage({ children, locale = localeOf() }: { children: ReactNode; locale?: string }) {
  const languageOf = () => ({ words: loaded ?? en(pluralOf("en-GB")), format: formatOf(locale) });
  const [language, setLanguage] = useState<Language>(languageOf);
  useEffect(() => {
    const { language: code, direction } = describe(locale);
    document.documentElement.dir = direction;
    document.documentElement.lang = code in catalogues ? locale : "en-GB";
    let current = true;
    void prepareWords(locale).then(() => {
      if (current && language.words !== loaded && loaded) setLanguage(languageOf());
    });
    return () => {
      current = false;
    };
  }, [locale]);
  return <LanguageContext.Provider value={language}>{children}</LanguageContext.Provider>;
}

function describe(locale: string): { language: string; direction: "ltr" | "rtl" } {
  const { language, script } = new Intl.Locale(locale).maximize();
  return {
    language: language ?? "en",
    direction: ["Arab", "Hebr", "Thaa", "Syrc"].includes(script ?? "") ? "rtl" : "ltr",
  };
}

function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (!language) throw new Error("WithLanguage is missing");
  return language;
}

export const useWords = (): Words => useLanguage().words;
export const useFormat = (): Format => useLanguage().format;
