/** The currencies of regions that many people search from, by ISO 3166-1 code. */
const regions: Record<string, string> = {
  ...each("EUR", "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"),
  ...each("GBP", "GB GG IM JE"),
  ...each("CHF", "CH LI"),
  ...{ US: "USD", CA: "CAD", AU: "AUD", NZ: "NZD", JP: "JPY", SE: "SEK", NO: "NOK", DK: "DKK", PL: "PLN", CZ: "CZK" },
};

function each(currency: string, codes: string): Record<string, string> {
  return Object.fromEntries(codes.split(" ").map((code) => [code, currency]));
}

/** The currency of the region that a locale names, or most likely means; undefined for the API's own choice. */
export function currencyOf(locale: string): string | undefined {
  return regions[new Intl.Locale(locale).maximize().region ?? ""];
}
