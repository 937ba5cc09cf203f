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

let loaded: Promise<Map<string, Airport>> | undefined;
let loadedCities: Promise<City[]> | undefined;

/** All airports with scheduled service, by code. Loaded at the first call, so that the API starts without them. */
export function all(): Promise<Map<string, Airport>> {
  loaded ??= import("../../data/airports.json").then(
    ({ default: { rows } }) => new Map((rows as Row[]).map((row) => [row[0], toAirport(row)])),
  );
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
