/** Ends of names of sites that are no word: with any spelling, and also after a space or the word "dot". */
const plainEnds = "com|net|org|info|biz|io|xyz|online|site|shop|store|app|club|vip|рф";

/**
 * Ends that are words too, or may be: they count in small letters alone, directly after the dot, so that "good.It was"
 * is a sentence. Every country has one of two letters.
 */
const otherEnds = "[a-z]{2}|top|live|link|click|blog|page|pro|dev|travel|tours|hotel|укр|бел|рус";

const patterns: RegExp[] = [
  /[a-z]:\/\//i,
  /(?:^|[^a-z])www\s?\./i,
  /(?:^|[^a-z])(?:javascript|data|vbscript|mailto|tel|sms|tg|whatsapp|viber|skype|file):\S/i,
  // What Markdown makes a link of.
  /\]\s?\(|\]:\s?\S|<a\s/i,
  /(?<!\d)(?<!\d\.)(?:\d{1,3}\.){3}\d{1,3}(?!\d)(?!\.\d)/,
  new RegExp(`[\\p{L}\\d-]\\s?\\.\\s?(?:${plainEnds})(?![\\p{L}\\d])`, "u"),
  new RegExp(`[\\p{L}\\d-]\\.(?:${plainEnds})(?![\\p{L}\\d])`, "iu"),
  new RegExp(`(?<=\\p{L}[\\d-]*)\\.(?:${otherEnds})(?![\\p{L}\\d.])`, "u"),
  /[\p{L}\d]\s*[([{<]\s*(?:dot|punkt|punto|point|точка|\.)\s*[)\]}>]\s*[\p{L}]{2,}/iu,
  new RegExp(`(?:^|\\s)(?:dot|punkt|точка)\\s+(?:${plainEnds}|ru|uk|co)(?![\\p{L}\\d])`, "iu"),
  /(?:^|\s)(?:punto|point|ponto|punt|kropka)\s+com(?![\p{L}\d])/iu,
];

/** Letters that look like Latin ones, as in "ехаmple.соm". */
const alike: Record<string, string> = {
  а: "a",
  в: "b",
  е: "e",
  і: "i",
  к: "k",
  м: "m",
  н: "h",
  о: "o",
  р: "p",
  с: "c",
  т: "t",
  у: "y",
  х: "x",
  ο: "o",
  ν: "v",
};

/** The text with letters of full width as plain ones and every sign that is read as a dot as one. */
const folded = (text: string) => text.normalize("NFKC").replace(/[\u3002\u2024\ufe52\uff0e\uff61\u00b7\u2027]/g, ".");

/** Whether a text holds a link, or the name of a site, as people write and hide them. */
export function holdsLink(text: string): boolean {
  const plain = folded(text);
  if (patterns.some((pattern) => pattern.test(plain))) return true;
  // Only ends that are no word: a text in Russian has letters of this kind after many a dot.
  const latin = plain.replace(/[авеікмнорстухον]/g, (letter) => alike[letter] ?? letter);
  return latin !== plain && /[\p{L}\d-]\.(?:com|net|org|info)(?![\p{L}\d])/iu.test(latin);
}

/** Whether a text holds an e-mail address, also one written with "(at)". */
export function holdsAddress(text: string): boolean {
  return /[\p{L}\d._%+-]{1,64}\s?(?:@|[([{]\s?at\s?[)\]}])\s?[\p{L}\d-]{1,63}(?:\s?(?:\.|[([{]\s?dot\s?[)\]}])\s?[\p{L}\d-]{1,63})+/iu.test(
    folded(text),
  );
}
