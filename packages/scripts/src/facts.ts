import { writeFile } from "node:fs/promises";
import { all } from "@travel-conductor/core/airport";
import { countries, type TCountryCode } from "countries-list";
import { busiest } from "./facts/busiest.ts";

// Makes two files of packages/core/data: `npm run facts`. lands.json has facts about each country with an airport, from
// the package countries-list; busiest.json the places with most flights, which have a guide from the start. What is shown
// of them, and what is not, is in docs/content.md.

const codes = [...new Set([...(await all()).values()].map(({ country }) => country))].sort();
const lands = codes.flatMap((code) => {
  const found = countries[code as TCountryCode];
  return found ? [[code, found.currency.join(" "), found.languages.join(" "), found.phone.join(" ")]] : [];
});
await write(
  "lands.json",
  "country (ISO 3166-1), currencies (ISO 4217), languages (ISO 639-1), calling codes. Made by npm run facts from countries-list (MIT); see docs/content.md.",
  lands.map((row) => JSON.stringify(row)),
);
await write(
  "busiest.json",
  "the places with most flights a week, most first: cities with several airports, and other airports. Made by npm run facts from routes.json; see docs/content.md.",
  (await busiest(300)).map((code) => JSON.stringify(code)),
);

async function write(file: string, about: string, rows: string[]): Promise<void> {
  const text = `{"about":${JSON.stringify(about)},"rows":[\n${rows.join(",\n")}\n]}\n`;
  await writeFile(new URL(`../../core/data/${file}`, import.meta.url), text);
  console.log(`${file}: ${rows.length} rows`);
}
