import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { airlineRows } from "./place/airline.ts";
import { airportRows } from "./place/airport.ts";
import { cityRows, countryRows, regionRows } from "./place/name.ts";

/** The text of a data set: one row per line, sorted by code, so that a new edition reads as a diff. */
function toText(about: string, rows: unknown[][]): string {
  const sorted = rows.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0));
  const lines = sorted.map((row) => JSON.stringify(row));
  return `{"about":${JSON.stringify(about)},"rows":[\n${lines.join(",\n")}\n]}\n`;
}

/** Builds the data sets that core ships from their packages and the tables kept by hand: texts by file name. */
export function build(): Record<string, string> {
  const airports = airportRows();
  const source = "airport-data-js (CC BY 4.0), OurAirports (public domain), OpenTravelData and GeoNames (CC BY 4.0)";
  return {
    "airports.json": toText(
      `code, name, city, country, time zone, latitude, longitude, size 0-9, other names, region. From ${source}; see docs/places.md.`,
      airports,
    ),
    "airlines.json": toText(
      "code, name, country. From aircodes (MIT) and corrections; see docs/places.md.",
      airlineRows(),
    ),
    "cities.json": toText(
      "city code or null, names, airports. Kept by hand; see docs/places.md.",
      cityRows(new Set(airports.map(([code]) => code))),
    ),
    "countries.json": toText(
      "country or region, names. From OurAirports (public domain) and Unicode CLDR; see docs/places.md.",
      [...countryRows(airports), ...regionRows(airports)],
    ),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const [file, text] of Object.entries(build())) {
    await writeFile(new URL(`../../core/data/${file}`, import.meta.url), text);
    console.log(`${file}: ${text.split("\n").length - 3} rows, ${Math.round(text.length / 1024)} KiB`);
  }
}
