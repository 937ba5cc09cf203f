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
};

type Row = [string, string, string, string, string, number, number, number, string];

let loaded: Promise<Map<string, Airport>> | undefined;

/** All airports with scheduled service, by code. Loaded at the first call, so that the API starts without them. */
export function all(): Promise<Map<string, Airport>> {
  loaded ??= import("../../data/airports.json").then(
    ({ default: { rows } }) => new Map((rows as Row[]).map((row) => [row[0], toAirport(row)])),
  );
  return loaded;
}

function toAirport([code, name, city, country, timeZone, latitude, longitude, size, others]: Row): Airport {
  return { code, name, city, country, timeZone, location: { latitude, longitude }, size, others };
}
