import * as Airport from "@travel-conductor/core/airport";
import * as Flight from "@travel-conductor/core/flight";

/**
 * The codes of the places with most flights a week, by the published schedule: cities with all their airports, and
 * airports of no such city.
 */
export async function busiest(count: number): Promise<string[]> {
  const weekly = await Flight.departures();
  const flights = new Map<string, number>();
  for (const [airport, number] of weekly) {
    const code = await cityOf(airport);
    flights.set(code, (flights.get(code) ?? 0) + number);
  }
  return [...flights]
    .sort(([one, few], [other, many]) => many - few || (one < other ? -1 : 1))
    .slice(0, count)
    .map(([code]) => code);
}

/** The code that stands for all airports of the airport's city: the city's, or its own. */
async function cityOf(airport: string): Promise<string> {
  const others = (await Airport.related(airport)).slice(1);
  const whole = await Promise.all(others.map(async (code) => ({ code, airports: await Airport.expand(code) })));
  const [widest] = whole.sort((one, other) => other.airports.length - one.airports.length);
  return widest && widest.airports.length > 1 ? widest.code : airport;
}
