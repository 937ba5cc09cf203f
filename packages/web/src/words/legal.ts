import { legal as english } from "./en/legal.ts";
import { useFormat } from "./words.tsx";

const catalogues: Record<string, () => Promise<typeof english>> = {
  de: async () => (await import("./de/legal.ts")).legal,
};
const loaded = new Map<string, typeof english>();

/** The legal pages in the reader's language; suspends the screen until they are loaded. */
export function useLegal(): typeof english {
  const { language } = new Intl.Locale(useFormat().locale);
  const load = catalogues[language];
  if (!load) return english;
  const kept = loaded.get(language);
  if (kept) return kept;
  throw load().then((texts) => loaded.set(language, texts));
}
