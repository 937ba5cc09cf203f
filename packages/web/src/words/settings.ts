import { settings as english } from "./en/settings.ts";
import { pluralOf } from "./format.ts";
import { useFormat } from "./words.tsx";

/** The texts of the account's and the operators' screens, which are loaded with them. */
export type Settings = ReturnType<typeof english>;

const catalogues: Record<string, () => Promise<typeof english>> = {
  de: async () => (await import("./de/settings.ts")).settings,
};
const loaded = new Map<string, Settings>();

/** Suspends the screen until the reader's language is loaded. */
export function useSettings(): Settings {
  const { locale } = useFormat();
  const kept = loaded.get(locale);
  if (kept) return kept;
  const load = catalogues[new Intl.Locale(locale).language];
  if (load) throw load().then((texts) => loaded.set(locale, texts(pluralOf(locale))));
  const texts = english(pluralOf("en-GB"));
  loaded.set(locale, texts);
  return texts;
}
