type Options = [value: string, text: string][];

/** Languages that many people read, by their tag; any other that is stored stays among them. */
const offered = [
  ...["ar", "cs", "da", "de", "de-AT", "de-CH", "el", "en-GB", "en-US", "es", "es-419", "fi", "fr", "he", "hi", "hu"],
  ...["id", "it", "ja", "ko", "nb", "nl", "pl", "pt-BR", "pt-PT", "ro", "sv", "th", "tr", "uk", "vi", "zh-CN", "zh-TW"],
];

export const languages = (locale: string, stored: string | null): Options => named(offered, stored, "language", locale);

/** The names of codes in the reader's language, in their order. */
export function named(codes: string[], stored: string | null, type: "language" | "currency", locale: string): Options {
  const names = new Intl.DisplayNames(locale, { type });
  const all = new Set(stored === null ? codes : [...codes, stored]);
  const textOf = (code: string) => (type === "currency" ? `${names.of(code)} (${code})` : (names.of(code) ?? code));
  return [...all]
    .map((code): [string, string] => [code, textOf(code)])
    .sort(([, a], [, b]) => a.localeCompare(b, locale));
}

/** Time zones, that of this device first. */
export function timeZones(stored: string | null, here: string): Options {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set([here, ...(stored === null ? [] : [stored]), ...known])].map((zone) => [
    zone,
    zone.replaceAll("_", " "),
  ]);
}
