const letters: Record<string, string> = { ß: "ss", ø: "o", æ: "ae", œ: "oe", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };
const german: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", å: "aa", ø: "oe" };
const short: Record<string, string> = { saint: "st", sankt: "st", sainte: "ste", ft: "fort", mt: "mount" };

/** The text as written, and as typed on a German or Danish keyboard without the letter: München → munchen, muenchen. */
export function spellings(text: string): string[] {
  const plain = text.normalize("NFC").toLowerCase();
  const one = fold(plain);
  return /[äöüåø]/.test(plain)
    ? [...new Set([one, fold(plain.replace(/[äöüåø]/g, (letter) => german[letter] ?? letter))])]
    : [one];
}

/**
 * Lower case, without accents, words separated by one space. "Saint" is shortened as on a map, "Ft" and "Mt" are
 * written out.
 */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßøæœłđðþı]/g, (letter) => letters[letter] ?? letter)
    .replace(/['’`‘ʻ]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/\b(saint|sankt|sainte|ft|mt)\b/g, (word) => short[word] ?? word)
    .trim();
}

const ofAirports =
  /^(airports?|intl|international|internacional|aeropuerto|aeroporto|aeroport|aerodrome|flughafen|luchthaven|lufthavn|havalimani|lotnisko)$/;
const ofTravel = /^(airports?|city|all|any|from|to|in|near|the|flights?|fly|terminal|downtown|centre|center)$/;

/** The words without those that every airport has. */
export const withoutAirport = (words: string[]) => words.filter((word) => !ofAirports.test(word));
/** The words without those that say nothing about the place. */
export const withoutTravel = (words: string[]) => withoutAirport(words).filter((word) => !ofTravel.test(word));

const joining = /^(of|de|del|della|da|do|di|du|des|d|von|van|la|el|le|los|las)$/;

/** The words after each joining word or article at their beginning: "de la habana" → "la habana", "habana". */
export function afterJoining(words: string[]): string[][] {
  const first = words.findIndex((word) => !joining.test(word));
  return Array.from({ length: Math.max(0, first) }, (_, at) => words.slice(at + 1));
}
