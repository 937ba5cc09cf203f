import { type Plural, pluralOf } from "./format.ts";
import { useFormat } from "./words.tsx";

type Catalogue<Texts> = (plural: Plural) => Texts;

/**
 * Makes the hook for texts that are loaded with the screens that show them. It suspends the screen until the reader's
 * language is there.
 */
export function lateWords<Texts>(
  english: Catalogue<Texts>,
  others: Record<string, () => Promise<Catalogue<Texts>>>,
): () => Texts {
  const loaded = new Map<string, Texts>();
  const failed = new Map<string, unknown>();
  return () => {
    const { locale } = useFormat();
    const kept = loaded.get(locale);
    if (kept) return kept;
    const load = others[new Intl.Locale(locale).language];
    if (failed.has(locale)) {
      // Told once to what catches it: the next screen asks for them again.
      const error = failed.get(locale);
      failed.delete(locale);
      throw error;
    }
    if (load)
      throw load().then(
        (texts) => loaded.set(locale, texts(pluralOf(locale))),
        (error) => failed.set(locale, error),
      );
    const texts = english(pluralOf("en-GB"));
    loaded.set(locale, texts);
    return texts;
  };
}
