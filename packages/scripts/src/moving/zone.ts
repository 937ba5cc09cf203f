import * as Airport from "@travel-conductor/core/airport";

const zones = new Map<string, string>();

/** The time zone of an airport, or of a city's first airport; UTC for a place that is not known. */
export async function zoneOf(code: string): Promise<string> {
  const known = zones.get(code);
  if (known !== undefined) return known;
  const zone = (await Airport.expand(code))[0]?.timeZone ?? "UTC";
  zones.set(code, zone);
  return zone;
}
