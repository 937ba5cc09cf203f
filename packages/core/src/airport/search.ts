import MiniSearch from "minisearch";
import { type Airport, all } from "./data.ts";
import { areas } from "./metropolitan.ts";

/** An airport as it is looked for, its names folded, and its place in the city of several airports that it is one of. */
type Entry = {
  airport: Airport;
  city: string[];
  others: string[];
  said: string[];
  area: { code: string; names: string[]; lead: number; order: number } | undefined;
};

/** How well an airport answers: the lower tier first, then the higher size; `area` when its city's name was meant. */
type Match = { airport: Airport; tier: number; size: number; area: string; order: number; score: number };

type Index = { entries: Map<string, Entry>; words: MiniSearch };

let built: Promise<Index> | undefined;

/**
 * Airports for what people type, best first: that very code; a metropolitan code's airports; a city of that name; a city
 * that begins so or is called so in another language; a name that has all the words; then, with a letter wrong, whatever
 * comes nearest. Within each, bigger airports first, and a city's airports together in their kept order.
 */
export async function ranked(q: string): Promise<Airport[]> {
  built ??= all().then(index);
  const { entries, words } = await built;
  const wanted = fold(q);
  if (wanted === "") return [];
  // A letter or two begin too many words; the start of a city's name is all that can be meant.
  const hits = wanted.length < 3 ? [] : words.search(wanted);
  const scores = new Map(hits.map(({ id, score }) => [id, score]));
  const matches = [...entries.values()].flatMap((entry) => match(entry, wanted, scores.get(entry.airport.code)) ?? []);
  return matches.sort(better).map(({ airport }) => airport);
}

function match(
  { airport, city, others, said, area }: Entry,
  wanted: string,
  score: number | undefined,
): Match | undefined {
  const alone = { airport, size: airport.size, area: airport.code, order: 0, score: score ?? 0 };
  const together = area ? { ...alone, size: area.lead, area: area.code, order: area.order } : alone;
  const code = wanted.toUpperCase();
  if (airport.code === code) return { ...alone, tier: 0 };
  if (area?.code === code) return { ...together, tier: 1 };
  if (area?.names.includes(wanted)) return { ...together, tier: 2 };
  if (city.includes(wanted)) return { ...alone, tier: 2 };
  if (area?.names.some((name) => name.startsWith(wanted))) return { ...together, tier: 3 };
  if (city.some((name) => name.startsWith(wanted))) return { ...alone, tier: 3 };
  if (wanted.length > 3 && others.includes(wanted)) return { ...alone, tier: 3 };
  if (score === undefined) return undefined;
  const all = wanted.split(" ").every((word) => said.some((one) => one.startsWith(word)));
  return { ...alone, tier: all ? 4 : 5 };
}

function better(a: Match, b: Match): number {
  const nearest = a.tier < 5 ? 0 : b.score * (3 + b.size) - a.score * (3 + a.size);
  return (
    a.tier - b.tier || nearest || b.size - a.size || (a.area < b.area ? -1 : a.area > b.area ? 1 : a.order - b.order)
  );
}

function index(airports: Map<string, Airport>): Index {
  const members = new Map(
    areas.flatMap((area) => area.airports.map((code, order) => [code, { area, order }] as const)),
  );
  const entries = new Map([...airports.values()].map((airport) => [airport.code, entry(airport)]));
  function entry(airport: Airport): Entry {
    const found = members.get(airport.code);
    const lead = airports.get(found?.area.airports[0] ?? "")?.size ?? airport.size;
    const names = found?.area.names.flatMap(spellings) ?? [];
    const city = spellings(airport.city);
    const others = airport.others.split(" ").flatMap(spellings);
    const said = [...city, ...names, ...others, ...spellings(airport.name)].join(" ").split(" ");
    const area = found && { code: found.area.code, names, lead, order: found.order };
    return { airport, city, others, said, area };
  }
  const words = new MiniSearch<{ id: string; place: string; name: string }>({
    fields: ["place", "name"],
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
    [...entries.values()].map(({ airport: { code, name }, city, others, area }) => ({
      id: code,
      place: [...city, ...others, ...(area?.names ?? [])].join(" "),
      name: spellings(name).join(" "),
    })),
  );
  return { entries, words };
}

const letters: Record<string, string> = { ß: "ss", ø: "o", æ: "ae", œ: "oe", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };
const german: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue", å: "aa", ø: "oe" };

/** As it is written, and as a German or Danish keyboard without the letter writes it: München → munchen, muenchen. */
function spellings(text: string): string[] {
  const plain = text.normalize("NFC").toLowerCase();
  return [...new Set([fold(plain), fold(plain.replace(/[äöüåø]/g, (letter) => german[letter] ?? letter))])];
}

/** Lower case, without accents, its words parted by one space, and every saint's title as short as it is on a map. */
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
