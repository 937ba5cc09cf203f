import { type Entry, type Index, index } from "./index.ts";
import { fold, withoutAirport } from "./text.ts";

/** Some of the words of a text, folded, and the codes of the place that they name; none where they name no place. */
export type Mention = { word: string; codes: string[] };

/** Words that name a place are looked for in this many words at once: "santiago de compostela". */
const longest = 4;
/** A country has at most this many codes here, those of its largest airports. */
const mostCodes = 60;

/**
 * Splits a text into its words, with those together that name a place by one of its names: a city, an island, a region,
 * a country, an airport ("heathrow"), or a code in capitals. A code in small letters names a place only in a text of two
 * words at most, because "bus" and "can" are codes. Where no word names a place, one that is spelled nearly as a city
 * counts.
 */
export async function mentions(q: string, most: number): Promise<Mention[]> {
  const all = await index();
  names ??= namesOf(all);
  const words = fold(q).split(" ").filter(Boolean).slice(0, most);
  const codes = new Set(words.length <= 2 ? words : (q.match(/\b[A-Z]{3}\b/g) ?? []).map((code) => code.toLowerCase()));
  const found: Mention[] = [];
  for (let at = 0; at < words.length; ) {
    let length = Math.min(longest, words.length - at);
    let named: Set<string> | undefined;
    for (; length > 0; length--) {
      const phrase = words.slice(at, at + length).join(" ");
      named = names.get(phrase) ?? (length === 1 && codes.has(phrase) ? coded(all, phrase) : undefined);
      if (named || length === 1) break;
    }
    found.push({ word: words.slice(at, at + length).join(" "), codes: [...(named ?? [])] });
    at += length;
  }
  if (found.some((mention) => mention.codes.length > 0)) return found;
  return found.map((mention) => ({ ...mention, codes: misspelled(all, mention.word) }));
}

let names: Map<string, Set<string>> | undefined;

/** All names of places with what they name, and the words of which an airport's name alone among the larger ones has. */
function namesOf({ entries, groups, landsByName }: Index): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>();
  const citiesOf = new Map<string, string[]>();
  const add = (name: string, codes: Iterable<string>) => {
    if (name.length < 3) return;
    const known = named.get(name) ?? new Set();
    for (const code of codes) known.add(code);
    named.set(name, known);
  };
  for (const { code, names, entries: members } of groups) {
    const codes = [...(code === null ? [] : [code]), ...members.map(({ airport }) => airport.code)];
    for (const name of names) add(name, codes);
    if (code !== null)
      for (const { airport } of members) citiesOf.set(airport.code, [...(citiesOf.get(airport.code) ?? []), code]);
  }
  const withCities = ({ airport: { code } }: Entry) => [code, ...(citiesOf.get(code) ?? [])];
  const bySize = entries.toSorted((a, b) => b.airport.size - a.airport.size);
  const owners = new Map<string, Entry[]>();
  for (const entry of bySize) {
    for (const name of entry.city) add(name, withCities(entry));
    if (entry.airport.size < 5) continue;
    for (const word of new Set(withoutAirport(fold(entry.airport.name).split(" "))))
      if (word.length > 4) owners.set(word, [...(owners.get(word) ?? []), entry]);
  }
  for (const [word, [first, ...others]] of owners) {
    if (first && others.length === 0 && !named.has(word)) add(word, withCities(first));
  }
  for (const [name, lands] of landsByName) {
    if (named.has(name)) continue;
    const there = bySize.filter(({ airport }) => lands.has(airport.country) || lands.has(airport.region));
    add(name, there.flatMap(withCities).slice(0, mostCodes));
  }
  return named;
}

function coded({ byCode, groups }: Index, word: string): Set<string> | undefined {
  const code = word.toUpperCase();
  const group = groups.find((each) => each.code === code);
  const around = groups.flatMap((each) =>
    each.code !== null && each.entries.some(({ airport }) => airport.code === code) ? each.code : [],
  );
  if (group) return new Set([code, ...group.entries.map(({ airport }) => airport.code)]);
  return byCode.has(code) ? new Set([code, ...around]) : undefined;
}

/** The codes of the large city whose name is spelled nearly so. */
function misspelled({ similar, groups }: Index, word: string): string[] {
  if (word.length < 6) return [];
  const [best] = [...similar.find([word]).found]
    .filter(([{ airport, city }, score]) => airport.size > 4 && score >= 3 && !city.includes(word))
    .sort(([a, one], [b, other]) => other * (3 + b.airport.size) - one * (3 + a.airport.size));
  if (!best) return [];
  const { code } = best[0].airport;
  return [
    code,
    ...groups.flatMap((each) =>
      each.code !== null && each.entries.some(({ airport }) => airport.code === code) ? each.code : [],
    ),
  ];
}
