import { type Airport, all, cities, lands } from "./data.ts";
import { type Similar, similarTo } from "./similar.ts";
import { spellings } from "./text.ts";

/** An airport as the search sees it: its names folded. */
export type Entry = {
  airport: Airport;
  city: string[];
  others: string[];
  /** All its words, each after a space. */
  said: string;
  /** The names of its country and region, each between spaces. */
  land: string;
};

/** Names that mean certain airports; `lead` is the size of the first. */
export type Group = { code: string | null; names: string[]; entries: Entry[]; lead: number };

export type Index = {
  entries: Entry[];
  groups: Group[];
  byCode: Map<string, Entry>;
  /** The codes of countries and regions by each of their names. */
  landsByName: Map<string, Set<string>>;
  similar: Similar<Entry>;
};

let built: Promise<Index> | undefined;

/** The index of all names. Built at the first search, from data that is loaded then. */
export function index(): Promise<Index> {
  built ??= Promise.all([cities(), lands()]).then(([named, names]) => build(all(), named, names));
  return built;
}

type Cities = Awaited<ReturnType<typeof cities>>;

function build(airports: Map<string, Airport>, cities: Cities, lands: Map<string, string[]>): Index {
  const folded = new Map([...lands].map(([code, names]) => [code, [...new Set(names.flatMap(spellings))]]));
  const entries = [...airports.values()].map((airport) => toEntry(airport, folded));
  const byCode = new Map(entries.map((entry) => [entry.airport.code, entry]));
  const groups = cities.map((city): Group => {
    const members = city.airports.flatMap((code) => byCode.get(code) ?? []);
    const names = [...new Set(city.names.flatMap(spellings))];
    for (const entry of members) entry.said += ` ${names.join(" ")}`;
    return { code: city.code, names, entries: members, lead: members[0]?.airport.size ?? 0 };
  });

  const landsByName = new Map<string, Set<string>>();
  for (const [code, names] of folded)
    for (const name of names) landsByName.set(name, (landsByName.get(name) ?? new Set()).add(code));
  return { entries, groups, byCode, landsByName, similar: similarTo(wordsOf(entries, groups)) };
}

function toEntry(airport: Airport, lands: Map<string, string[]>): Entry {
  const city = spellings(airport.city);
  const others = airport.others.split(" ").flatMap(spellings);
  const said = ` ${[...city, ...others, ...spellings(airport.name)].join(" ")}`;
  const land = [airport.country, airport.region].flatMap((code) => lands.get(code) ?? []);
  return { airport, city, others, said, land: ` ${land.join(" ")} ` };
}

/** The words of all names, those of a place with more weight than those of a field; several also written as one. */
function* wordsOf(entries: Entry[], groups: Group[]): Iterable<{ word: string; of: Entry; weight: number }> {
  for (const of of entries) {
    for (const name of of.city) for (const word of together(name)) yield { word, of, weight: 3 };
    for (const word of of.others) yield { word, of, weight: 3 };
    for (const name of spellings(of.airport.name)) for (const word of name.split(" ")) yield { word, of, weight: 1 };
  }
  for (const { names, entries } of groups)
    for (const name of names)
      for (const word of together(name)) for (const of of entries) yield { word, of, weight: 3 };
}

/** new york → new, york, newyork. */
const together = (name: string) => (name.includes(" ") ? [...name.split(" "), name.replaceAll(" ", "")] : [name]);
