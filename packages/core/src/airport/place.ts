import { type Airport, airportOf, type City, cities } from "./data.ts";
import type { Info, Place } from "./schema.ts";

/** Returns what each of the codes is called; one that we do not know is left out. */
export async function places(codes: Iterable<string>): Promise<Record<string, Place>> {
  const found = await find([...new Set(codes)].sort());
  return Object.fromEntries(
    found.map(({ code, kind, name, city, country, timeZone }) => [code, { kind, name, city, country, timeZone }]),
  );
}

/** Looks up airports, and cities with all their airports; those that we do not know are left out. */
export async function find(codes: string[]): Promise<Info[]> {
  // Loaded only where a code is no airport's: most are.
  const named = codes.every(airportOf) ? [] : await cities();
  return codes.flatMap((code) => {
    const airport = airportOf(code);
    if (airport) return toInfo(airport);
    const city = named.find((each) => each.code === code);
    return city ? toCity(city) : [];
  });
}

/**
 * Lists the airports that were found for the text `q`, and each city with several airports if they are all among them:
 * before the first, or after it if the text has that airport's code. A city whose code is an airport's is left out,
 * because the code means the airport in a search.
 */
export async function withCities(found: Airport[], q: string): Promise<Info[]> {
  const codes = new Set(found.map(({ code }) => code));
  const typed = q.toUpperCase().split(/[^A-Z]+/);
  const whole = (await cities()).filter(
    ({ code, airports: own }) =>
      code !== null && !airportOf(code) && own.length > 1 && own.every((each) => codes.has(each)),
  );
  return found.flatMap((airport) => {
    const first = whole.filter((city) => city.airports.includes(airport.code));
    for (const city of first) whole.splice(whole.indexOf(city), 1);
    const around = first.flatMap((city) => toCity(city));
    return typed.includes(airport.code) ? [toInfo(airport), ...around] : [...around, toInfo(airport)];
  });
}

function toInfo({ code, name, city, country, timeZone, location }: Airport): Info {
  return { code, kind: "airport", name, city, country, timeZone, location, airports: [code] };
}

function toCity({ code, names, airports: own }: City): Info[] {
  const first = airportOf(own[0] ?? "");
  const [city] = names;
  if (!first || code === null || city === undefined) return [];
  const { country, timeZone, location } = first;
  return [{ code, kind: "city", name: `${city}, all airports`, city, country, timeZone, location, airports: own }];
}
