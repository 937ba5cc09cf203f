import type * as Airport from "@travel-conductor/core/airport";
import type { InferOutput } from "valibot";

/** What the codes in an answer are called, by code. What is not known, or kept from before answers had it, is missing. */
export type Names = {
  places?: Record<string, Pick<InferOutput<typeof Airport.Place>, "kind" | "name" | "city">>;
  carriers?: Record<string, string>;
};

/** The names of all pages of a list. */
export function namesIn(pages: Names[] = []): Names {
  return {
    places: Object.assign({}, ...pages.map(({ places }) => places)),
    carriers: Object.assign({}, ...pages.map(({ carriers }) => carriers)),
  };
}

/** The longest name that still stands in a line of a phone; of a longer one only the city is said. */
const longest = 34;

/** `London Heathrow (LHR)`, `London (LON)`; the code alone where it is not known. */
export function placeName(code: string, names: Names): string {
  const place = names.places?.[code];
  if (!place) return code;
  const { kind, name, city } = place;
  const short = name.replace(/( International)?( Airport)?$/i, "");
  const isInCity = short.toLowerCase().startsWith(city.toLowerCase());
  const full = isInCity ? short : `${city} ${short}`;
  const isCity = kind === "city" || full.length > longest || (!isInCity && short.includes(city));
  return `${isCity ? city : full} (${code})`;
}

/** The cities of one place or several, each with its code: `London (LHR)`, `Milan (MIL), Bergamo (BGY)`. */
export function cityNames(codes: string | string[], names: Names): string {
  return [codes]
    .flat()
    .flatMap((each) => each.split(","))
    .map((code) => {
      const city = names.places?.[code]?.city;
      return city === undefined ? code : `${city} (${code})`;
    })
    .join(", ");
}

/** `British Airways`; the code where it is not known. */
export function airlineName(code: string, names: Names): string {
  return names.carriers?.[code] ?? code;
}

/** A flight by the number it is sold under: `British Airways BA 117`. */
export function flightName({ carrier, flightNumber }: { carrier: string; flightNumber: string }, names: Names): string {
  const name = names.carriers?.[carrier];
  return `${name === undefined ? "" : `${name} `}${carrier} ${flightNumber}`;
}
