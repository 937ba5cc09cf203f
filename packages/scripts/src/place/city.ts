import { squares } from "./near.ts";
import { type Known, type Listed, type Traveled, towns } from "./sources.ts";

/**
 * A name without what stands in parentheses, after a comma or after a slash, and without words for its kind, unless a
 * town is named so (Cape Town).
 */
export function plain(name: string): string {
  return name
    .replace(/^(ciudad de (?!méxico|mexico|la )|nisí |kabupaten )/i, "")
    .replace(/(?<=\w{3}) (district|town|village|harbour|county)$/i, (kind) => (townNames.has(fold(name)) ? kind : ""))
    .replace(/\s*\/.*$/, "")
    .replace(/\s*[(,].*$/, "")
    .replace(/’/g, "'")
    .trim();
}

/** Lower case, without accents and marks, words separated by one space. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/['’`‘]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

const spots = towns.map(({ name, altName, population, loc }) => ({
  ...{ latitude: loc.coordinates[1], longitude: loc.coordinates[0] },
  ...{ names: [name, ...altName.split(",")].map(fold), population },
}));
const around = squares(spots);
const townNames = new Set(spots.flatMap(({ names }) => names));

/** The population of the largest town of that name within 70 km, 0 where there is none. */
export function population(name: string, at: { latitude: number; longitude: number }): number {
  const wanted = fold(name);
  return Math.max(0, ...around(at, 70).flatMap((town) => (town.names.includes(wanted) ? town.population : [])));
}

const vague = /\b(republic|kingdom|country|region|islands?|atoll|kabupaten|district) (of )?|\bisland$|\batoll$/i;

/**
 * The names that the sources give for an airport's city, best first: that of the largest town near the airport, then
 * OurAirports' municipality and OpenTravelData's city. Where none has one, what the field's own name begins with.
 */
export function citiesOf(row: Listed, known: Known | undefined, traveled: Traveled | undefined): string[] {
  const at = { latitude: Number(row.latitude), longitude: Number(row.longitude) };
  const told = [known?.municipality ?? "", traveled?.city ?? ""].map(plain).filter(Boolean);
  const ranked = told
    .map((name) => ({ name, size: population(name, at), vague: Number(vague.test(name)) }))
    .sort((a, b) => b.size - a.size || a.vague - b.vague)
    .map(({ name }) => name);
  const field = /\b(International|Regional|Municipal|County|Airport|Airfield|Airstrip|Heliport)\b.*$/i;
  return ranked.length > 0 ? ranked : [plain(row.airport.replace(field, "")) || plain(row.airport)];
}
