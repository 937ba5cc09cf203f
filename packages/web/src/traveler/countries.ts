/** Regions that the browser can name and that issue no documents: groups of states, parts of states, spare codes. */
const none = ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"];

const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/** The codes of countries with their names in the reader's language, in the order of the names. */
export function countriesOf(locale: string): [code: string, name: string][] {
  const names = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => !none.includes(code) && new Intl.Locale(`und-${code}`).region === code)
    .flatMap((code): [string, string][] => {
      const name = names.of(code);
      return name === undefined ? [] : [[code, name]];
    })
    .sort(([, a], [, b]) => a.localeCompare(b, locale));
}
