import { cityNames, type Names } from "../data/names.ts";
import type { Covered } from "../data/watches.ts";
import type { Words } from "../words/en.ts";
import type { Format } from "../words/format.ts";

/** `London (LON) – Barcelona (BCN), Lisbon (LIS)`. */
export function routeOf({ origin, destination }: Pick<Covered, "origin" | "destination">, names: Names): string {
  return `${cityNames(origin, names)} – ${cityNames(destination, names)}`;
}

/** Its days: a journey's, a window's with its nights, or the weekends of a month. */
export function daysOf(watch: Covered, words: Words, format: Format): string {
  const { departureDate, returnDate, departureFrom, departureTo, stayNights, weekendsIn } = watch;
  if (weekendsIn) return words.watches.weekends(format.month(weekendsIn));
  if (departureFrom && departureTo) {
    const window = words.watches.window(format.day(departureFrom), format.day(departureTo));
    return stayNights ? `${window}, ${words.watches.stay(stayNights.min, stayNights.max)}` : window;
  }
  return [departureDate, returnDate].flatMap((day) => (day ? [format.day(day)] : [])).join(" – ");
}

export function partyOf({ adults, childAges, infants, cabin }: Covered, words: Words): string {
  const name = words.cabins[cabin as keyof Words["cabins"]] ?? cabin;
  return `${words.party({ adults, children: childAges.length, infants })}, ${name}`;
}
