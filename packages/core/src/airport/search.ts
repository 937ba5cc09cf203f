import MiniSearch from "minisearch";
import { type Airport, all } from "./data.ts";
import { areas } from "./metropolitan.ts";

/** An airport as the search sees it: its names folded, and its position in its metropolitan area, if it has one. */
type Entry = {
  airport: Airport;
  city: string[];
  others: string[];
  /** All its words, each after a space. */
  said: string;
  area: { code: string; names: string[]; lead: number; order: number } | undefined;
};

/** How well an airport matches: a lower tier is better, then a higher size; `area` when the city's name matched. */
type Match = { airport: Airport; tier: number; size: number; area: string; order: number };

let listed: Promise<Entry[]> | undefined;
let indexed: MiniSearch | undefined;

/**
 * Ranks airports for a typed text, best first: the exact code; the airports of a metropolitan code; a city of that
 * name; a city whose name begins so, or is so in another language; a name with the beginnings of all words. Within
 * each, larger airports first, with a city's airports together in their kept order. Without any match, returns those
 * spelled most similarly.
 */
export async function rank(q: string): Promise<Airport[]> {
  listed ??= all().then(toEntries);
  const airports = await listed;
  const wanted = fold(q);
  if (wanted === "") return [];
  const matches = airports.flatMap((entry) => match(entry, wanted) ?? []);
  return matches.length > 0 ? matches.sort(compare).map(({ airport }) => airport) : nearest(airports, wanted);
}

function match({ airport, city, others, said, area }: Entry, wanted: string): Match | undefined {
  const alone = { airport, size: airport.size, area: airport.code, order: 0 };
  const together = area ? { airport, size: area.lead, area: area.code, order: area.order } : alone;
  const code = wanted.toUpperCase();
  if (airport.code === code) return { ...alone, tier: 0 };
  if (area?.code === code) return { ...together, tier: 1 };
  if (area?.names.includes(wanted)) return { ...together, tier: 2 };
  if (city.includes(wanted)) return { ...alone, tier: 2 };
  if (area?.names.some((name) => name.startsWith(wanted))) return { ...together, tier: 3 };
  if (city.some((name) => name.startsWith(wanted))) return { ...alone, tier: 3 };
  if (wanted.length > 3 && others.includes(wanted)) return { ...alone, tier: 3 };
  return wanted.split(" ").every((word) => said.includes(` ${word}`)) ? { ...alone, tier: 4 } : undefined;
}

function compare(a: Match, b: Match): number {
  return a.tier - b.tier || b.size - a.size || (a.area < b.area ? -1 : a.area > b.area ? 1 : a.order - b.order);
}

/** Allows one wrong letter in a word, or two in a long one. The index is built at the first mistyped search. */
function nearest(airports: Entry[], wanted: string): Airport[] {
  indexed ??= buildIndex(airports);
  return indexed
    .search(wanted)
    .map(({ score, airport }) => ({ airport: airport as Airport, score: score * (3 + airport.size) }))
    .sort((a, b) => b.score - a.score)
    .map(({ airport }) => airport);
}

function buildIndex(airports: Entry[]): MiniSearch {
  const words = new MiniSearch({
    fields: ["place", "name"],
    storeFields: ["airport"],
    tokenize: (text) => text.split(" "),
    processTerm: (term) => term,
    searchOptions: {
      boost: { place: 3 },
      prefix: true,
      fuzzy: (term) => (term.length > 7 ? 2 : term.length > 3 ? 1 : 0),
      combineWith: "AND",
    },
  });
  words.addAll(
    airports.map(({ airport, city, others, area }) => ({
      id: airport.code,
      airport,
      place: [...city, ...others, ...(area?.names ?? [])].join(" "),
      name: spellings(airport.name).join(" "),
    })),
  );
  return words;
}

function toEntries(airports: Map<string, Airport>): Entry[] {
  const members = new Map(
    areas.flatMap((area) => area.airports.map((code, order) => [code, { area, order }] as const)),
  );
  return [...airports.values()].map((airport) => {
    const found = members.get(airport.code);
    const lead = airports.get(found?.area.airports[0] ?? "")?.size ?? airport.size;
    const names = found?.area.names.flatMap(spellings) ?? [];
    const city = spellings(airport.city);
    const others = airport.others.split(" ").flatMap(spellings);
    const said = ` ${[...city, ...names, ...others, ...spellings(airport.name)].join(" ")}`;
    const area = found && { code: found.area.code, names, lead, order: found.order };
    return { airport, city, others, said, area };
  });
}

const letters: Record<string, string> = { ß: "ss", ø: "o", æ: "ae", œ: "oe", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };
const german: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", å: "aa", ø: "oe" };

/** The text as written, and as typed on a German or Danish keyboard without the letter: München → munchen, muenchen. */
function spellings(text: string): string[] {
  const plain = text.normalize("NFC").toLowerCase();
  return [...new Set([fold(plain), fold(plain.replace(/[äöüåø]/g, (letter) => german[letter] ?? letter))])];
}

/** Lower case, without accents, words separated by one space, and a saint's title shortened as on a map. */
function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßøæœłđðþı]/g, (letter) => letters[letter] ?? letter)
    .replace(/['’`]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/\b(saint|sankt)\b/g, "st")
    .trim();
}
