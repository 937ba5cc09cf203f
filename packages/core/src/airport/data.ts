import { readShipped } from "../base/file.ts";

/** `size` runs from 9, the world's busiest, to 0; `others` are names that are in neither `name` nor `city`. */
export type Airport = {
  code: string;
  name: string;
  city: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** A name of the IANA time zone database. */
  timeZone: string;
  /** Degrees, WGS 84. */
  location: { latitude: number; longitude: number };
  size: number;
  others: string;
  /** ISO 3166-2, such as US-NY; empty where it is not known. */
  region: string;
};

/**
 * Names that people type (of a city in several languages, an island, a region) and the airports that they mean, best
 * known first. `code` is IATA's code of a city; null where there is none.
 */
export type City = { code: string | null; names: string[]; airports: string[] };

type Row = [string, string, string, string, string, number, number, number, string, string];

let shipped: string | undefined;
let loaded: Map<string, Airport> | undefined;
let loadedCities: Promise<City[]> | undefined;
const found = new Map<string, Airport | undefined>();

/** The file of all airports: a row a line. */
function text(): string {
  shipped ??= readShipped(new URL("../../data/airports.json", import.meta.url));
  return shipped;
}

/** The airport with this IATA code, upper case, read alone: to read all of them would add 15 ms to a cold start. */
export function airportOf(code: string): Airport | undefined {
  if (loaded) return loaded.get(code);
  if (!found.has(code) && /^[A-Z]{3}$/.test(code)) {
    const start = text().indexOf(`\n["${code}",`) + 1;
    const row = text().slice(start, text().indexOf("\n", start)).replace(/,$/, "");
    found.set(code, start > 0 ? toAirport(JSON.parse(row)) : undefined);
  }
  return found.get(code);
}

/** All airports with scheduled service, by code. Read at the first call. */
export function all(): Map<string, Airport> {
  loaded ??= new Map((JSON.parse(text()).rows as Row[]).map((row) => [row[0], toAirport(row)]));
  shipped = undefined;
  return loaded;
}

/** All names that mean certain airports. Loaded at the first call. */
export function cities(): Promise<City[]> {
  loadedCities ??= import("../../data/cities.json").then(({ default: { rows } }) =>
    (rows as [string | null, string[], string[]][]).map(([code, names, airports]) => ({ code, names, airports })),
  );
  return loadedCities;
}

/** The names of a country (GB) or of a region (US-NY), by its code. */
export async function lands(): Promise<Map<string, string[]>> {
  const { rows } = (await import("../../data/countries.json")).default;
  return new Map(rows as [string, string[]][]);
}

function toAirport([code, name, city, country, timeZone, latitude, longitude, size, others, region]: Row): Airport {
  return { code, name, city, country, timeZone, location: { latitude, longitude }, size, others, region };
}
