import { kilometers, type Spot } from "@travel-conductor/core/base/earth";
import { currentName } from "@travel-conductor/core/base/zone";
import { busiest } from "./busiest.ts";
import { citiesOf, fold, plain } from "./city.ts";
import { corrected } from "./corrections.ts";
import { type Known, known, type Listed, listed, traveled, zones } from "./sources.ts";

/** A row of `packages/core/data/airports.json`. */
export type AirportRow = [
  ...[code: string, name: string, city: string, country: string, zone: string],
  ...[latitude: number, longitude: number, size: number, others: string, region: string],
];

/** The farthest that two sources' places of one airport lie apart, in kilometers. */
const same = 50;

/**
 * All airports with scheduled flights: those that airport-data-js calls scheduled and that no other source has in
 * another country, and those that a correction opens.
 */
export function airportRows(): AirportRow[] {
  const [open, closed] = [corrected("open"), corrected("closed")];
  return listed
    .filter(({ iata }) => /^[A-Z]{3}$/.test(iata) && !closed.has(iata))
    .filter((row) => open.has(row.iata) || (isScheduled(row) && !isElsewhere(row)))
    .map(toRow);
}

/** Excludes stations, and fields that have neither a runway's length nor a page nor an entry at OurAirports. */
function isScheduled({ airport, iata, scheduled_service, runway_length, wikipedia }: Listed): boolean {
  if (String(scheduled_service).toLowerCase() !== "true") return false;
  const doubtful = /metropolitan|railway|bus (station|plaza)|army|naval|air force/i.test(airport);
  return known.has(iata) || (!doubtful && Boolean(runway_length || wikipedia));
}

/** Whether OpenTravelData has the code in another country, and OurAirports does not have it in this one. */
function isElsewhere({ iata, country_code }: Listed): boolean {
  const [own, third] = [known.get(iata), traveled[iata]];
  return third !== undefined && third.country !== country_code && own?.iso_country !== country_code;
}

const knownAt = (row: Known): Spot => ({ latitude: Number(row.latitude_deg), longitude: Number(row.longitude_deg) });
const listedAt = (row: Listed): Spot => ({ latitude: Number(row.latitude), longitude: Number(row.longitude) });

/** The place on which two of the three sources agree; else OpenTravelData's, which is the newest. */
function placeOf(row: Listed): Spot {
  const own = known.get(row.iata);
  const third = traveled[row.iata];
  const places = [
    ...(own?.iso_country === row.country_code ? [knownAt(own)] : []),
    ...(third?.country === row.country_code ? [third] : []),
    listedAt(row),
  ];
  const agreed = places.find((place) => places.some((other) => other !== place && kilometers(place, other) < same));
  return agreed ?? (third?.country === row.country_code ? third : (places[0] ?? listedAt(row)));
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

/** Returns other names that the row does not contain yet, without codes and words that every airport has. */
function others(names: string[], said: string): string {
  const heard = new Set(fold(said).split(" "));
  const dull =
    /^(airport|international|regional|terminal|airstrip|aeropuerto|flughafen|аэропорт|de|la|of|the|new|air|base|station|force|naval|.?)$/iu;
  const words = names.flatMap((name) => name.split(/[,;/()\s]+/));
  return [...new Set(words)]
    .filter((word) => !dull.test(word) && !/^[A-Z0-9-]{2,4}$/.test(word) && !heard.has(fold(word)))
    .join(" ");
}

const near = (degrees: number) => Math.round(degrees * 1e4) / 1e4;

function toRow(row: Listed): AirportRow {
  const code = row.iata;
  const country = corrected("country").get(code) ?? row.country_code;
  const own = known.get(code)?.iso_country === country ? known.get(code) : undefined;
  const third = traveled[code]?.country === country ? traveled[code] : undefined;
  const [latitude = 0, longitude = 0] = corrected("place").get(code)?.split(" ").map(Number) ?? [];
  const place = corrected("place").has(code) ? { latitude, longitude } : placeOf(row);
  const told = corrected("zone").get(code) ?? (third ? zones[code] : undefined) ?? row.time;
  // Xinjiang's timetables are in Beijing time.
  const zone = told === "Asia/Urumqi" ? "Asia/Shanghai" : currentName(told);
  if (zone === undefined) throw new Error(`${code} has ${told}, which is no name of a time zone`);
  const name = corrected("name").get(code) ?? (plain(own?.name ?? "") || plain(third?.name ?? row.airport));
  const cities = citiesOf({ ...row, ...place }, own, third);
  const city = corrected("city").get(code) ?? cities[0] ?? name;
  const also = [own?.keywords ?? "", ...cities, third?.name ?? "", row.airport, corrected("also").get(code) ?? ""];
  return [
    ...([code, name, city, country, zone, near(place.latitude), near(place.longitude)] as const),
    ...([size(row), others(also, `${name} ${city}`), own?.iso_region ?? ""] as const),
  ];
}
