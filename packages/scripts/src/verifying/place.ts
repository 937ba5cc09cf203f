import * as Airport from "@travel-conductor/core/airport";

/** The airports that a code stands for, the best known first, with the time zone there. */
export type Place = { airports: string[]; timeZone: string };

const places = new Map<string, Place>();

/** Returns the airport, or the city with its airports; without any, what is known of neither. */
export async function placeNamed(code: string): Promise<Place> {
  const known = places.get(code);
  if (known) return known;
  const airports = await Airport.expand(code);
  const place = { airports: airports.map((one) => one.code), timeZone: airports[0]?.timeZone ?? "UTC" };
  places.set(code, place);
  return place;
}
