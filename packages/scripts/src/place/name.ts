import type { AirportRow } from "./airport.ts";
import { countries, regions, table } from "./sources.ts";

/** A row of `packages/core/data/cities.json`: names of a city, an island or a region, and its airports. */
export type CityRow = [code: string | null, names: string[], airports: string[]];

/** @throws when a row names an airport that is not sold, so that a closed one is not kept by mistake */
export function cityRows(sold: Set<string>): CityRow[] {
  return table("cities.tsv").map(([code = "", names = "", airports = ""]) => {
    const unknown = airports.split(" ").filter((airport) => !sold.has(airport));
    if (unknown.length > 0) throw new Error(`cities.tsv, ${code || names}: no airports are ${unknown.join(", ")}`);
    return [code || null, names.split(", "), airports.split(" ")];
  });
}

/** The languages in which a country may be typed. */
const languages = ["en", "de", "fr", "es", "it", "pt", "nl"];

/** The names of the countries that have airports. */
export function countryRows(airports: AirportRow[]): [code: string, names: string[]][] {
  const spoken = languages.map((language) => new Intl.DisplayNames(language, { type: "region" }));
  return [...new Set(airports.map(([, , , country]) => country))].map((code) => {
    const names = [countries.get(code), ...spoken.map((each) => each.of(code))].filter((name) => name !== undefined);
    return [code, [...new Set([...names, ...(nicknames[code] ?? [])])]];
  });
}

/** Short names by which people know a country. */
const nicknames: Record<string, string[]> = {
  AE: ["UAE", "Emirates"],
  CD: ["DR Congo"],
  CZ: ["Czech Republic"],
  GB: ["UK", "Great Britain", "England"],
  NL: ["Holland"],
  US: ["USA"],
};

/** The names of the regions that people put behind a city: the states of these countries. */
export function regionRows(airports: AirportRow[]): [code: string, names: string[]][] {
  const found = new Set(airports.map((row) => row[9]).filter((region) => /^(US|CA|AU|BR|MX|IN)-/.test(region)));
  return [...found].map((code) => [code, [code.slice(3), regions.get(code) ?? ""].filter(Boolean)]);
}
