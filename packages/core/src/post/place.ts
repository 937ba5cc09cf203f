import * as Airport from "../airport.ts";
import { Problem } from "../base/error.ts";

/** The codes at which a flight to the place arrives, and the country of the place (ISO 3166-1). */
export type Arrival = { place: string; arrivals: string[]; country: string };

/** @throws Problem `place.missing` where the code is of no airport or city that we know */
export async function placeOf(code: string): Promise<Arrival> {
  const place = code.toUpperCase();
  const airports = await Airport.expand(place);
  const [first] = airports;
  if (!first) throw new Problem("missing", "place.missing", "There is no airport or city with this code.");
  return { place, arrivals: [place, ...airports.map((airport) => airport.code)], country: first.country };
}
